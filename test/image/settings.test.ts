import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { random, seed } from '../faults/rounds.ts'
import { Machine } from './machine.ts'

const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`

t.test(`waystation.toml on the boot partition (seed ${seed})`, { skip }, async (t) => {
  const machine = await Machine.make(t, { image: IMAGE, name: 'River house' })

  t.match(await machine.powerOn('bios'), { hub: { name: 'River house', language: 'en' } })
  await machine.cutPower(random)
  t.match(await machine.bootFile('::/waystation-result.txt'), /has taken over the settings/)
  t.notOk((await machine.bootFiles()).includes('waystation.toml'), 'it may hold passphrases')

  await machine.offerSettings(['name = "Another"', 'country = "Ecuador"'])
  t.match(await machine.powerOn('bios'), { hub: { name: 'River house' } })
  await machine.cutPower(random)
  t.match(
    await machine.bootFile('::/waystation-result.txt'),
    /^country: "Ecuador" \(from waystation\.toml\) is not accepted: it must be a country code in two capital letters\r$/m
  )
  t.ok((await machine.bootFiles()).includes('waystation-not-accepted.toml'), 'it can be mended')

  await machine.offerSettings(['name = "Casa del río"', 'language = "es-419"'])
  t.match(await machine.powerOn('bios'), { hub: { name: 'Casa del río', language: 'es-419' } })
  await machine.cutPower(random)
  t.notMatch((await machine.bootFiles()).join(), /not-accepted/)
})
