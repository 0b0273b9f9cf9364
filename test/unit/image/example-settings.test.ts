import { readFile } from 'node:fs/promises'
import t from 'tap'
import { resolveConfig } from '../../../service/config.ts'

const path = new URL('../../../image/boot-partition/waystation-example.toml', import.meta.url)

t.test(
  'the example on the boot partition says nothing until a line is taken out of its comment',
  async (t) => {
    const text = await readFile(path, 'utf8')
    const said = (text: string) => resolveConfig({ file: { path: 'example', text }, env: {}, flags: {} })
    t.same(said(text), said(''))
    t.match(said(text.replace(/^# (?=[a-z-]+ = )/gm, '')), {
      name: 'River school',
      firstWifi: { ssid: 'River school', passphrase: 'lluvia tambor nube', country: 'EC' },
      language: 'es-419',
      invites: 'ask',
      network: 'none'
    })
  }
)
