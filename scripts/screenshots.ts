// Makes a picture of every view: two languages, phone and desktop width, light and dark. `npm run screenshots [DIRECTORY [NAME…]]`
// puts them into DIRECTORY (screenshots/ when it is left out), all of them or those of the named stages.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DESKTOP, PHONE, startBrowser } from '../test/browser/support/browser.ts'
import { stageHub } from '../test/browser/support/staged-hub.ts'
import { STAGES } from '../test/browser/support/stages.ts'
import { claim, visit } from '../test/browser/support/visit.ts'
import { Owner } from './bench/owner.ts'

const [directory = 'screenshots', ...names] = process.argv.slice(2)
const WIDTHS = { phone: PHONE, desktop: DESKTOP }
const LANGUAGES = ['en-US', 'es-419']
const SCHEMES = ['light', 'dark'] as const

await mkdir(directory, { recursive: true })
await Owner.with(async (owner) => {
  const browser = await startBrowser(owner)
  const [claimed, unclaimed] = [await stageHub(owner), await stageHub(owner)]
  await claim(claimed)
  const wanted = STAGES.filter(({ name }) => names.length === 0 || names.includes(name))
  for (const stage of wanted) {
    const hub = stage.unclaimed === true ? unclaimed : claimed
    for (const locale of LANGUAGES) {
      for (const [width, viewport] of Object.entries(WIDTHS)) {
        for (const colorScheme of SCHEMES) {
          const page = await visit(owner, { browser, hub, stage, options: { locale, viewport, colorScheme } })
          const path = join(directory, `${stage.name}-${locale.slice(0, 2)}-${width}-${colorScheme}.png`)
          await page.screenshot({ path, fullPage: true })
          await page.context().close()
          process.stdout.write(`${path}\n`)
        }
      }
    }
  }
})
