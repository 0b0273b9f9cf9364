import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { random, seed } from '../faults/rounds.ts'
import { BrowserSession } from './browser-session.ts'
import { Machine } from './machine.ts'

const IMAGE =
  process.env['WAYSTATION_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/pc/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image-pc`

const MEBIBYTE = 1024 ** 2
/** Where the data partition begins: see image/pc/genimage.cfg. */
const DATA_AT = (1 + 64 + 512 + 512) * MEBIBYTE
/** The first superblock and the group descriptors after it: copies of both lie farther on. */
const HEAD_BYTES = 64 * 1024
/** Of the file system. */
const BLOCK_BYTES = 4096
const SETTINGS = '/config/waystation.toml'

t.test(`a damaged data partition (seed ${seed})`, { skip }, async (t) => {
  const machine = await Machine.make(t, { image: IMAGE, name: 'River house' })
  const { hub } = await machine.powerOn('bios')
  const session = new BrowserSession(machine.url, 'lluvia tambor nube siete')
  await session.claim()

  await t.test('what can be repaired is repaired, and the page says so', async (t) => {
    await machine.cutPower(random)
    await overwrite(HEAD_BYTES, 0)
    const status = await machine.powerOn('bios')
    t.equal(status.hub.deviceId, hub.deviceId, 'it is the same device')
    t.equal(status.setup.claimed, true, 'nothing was emptied')
    t.match(status.warnings, [{ code: 'card-repaired' }])
  })

  await t.test('the next start finds nothing to repair', async (t) => {
    await machine.cutPower(random)
    t.same((await machine.powerOn('bios')).warnings, [])
  })

  await t.test('settings that cannot be read are left as they are, and the page says so', async (t) => {
    await machine.cutPower(random)
    const settings = await debugfs(`cat ${SETTINGS}`)
    machine.wearOut(DATA_AT + Number(await debugfs(`bmap ${SETTINGS} 0`)) * BLOCK_BYTES)
    await machine.start('bios')
    t.equal(await machine.refuses(), 'CARD_DAMAGED')
    await machine.cutPower(random)
    t.equal(await debugfs(`cat ${SETTINGS}`), settings)
  })

  await t.test('a person who brings other settings mends that', async (t) => {
    await machine.offerSettings(['name = "Lake house"'])
    const status = await machine.powerOn('bios')
    t.equal(status.hub.deviceId, hub.deviceId, 'it is the same device')
    t.equal(status.hub.name, 'Lake house')
    t.same(status.warnings, [])
  })

  await t.test('what cannot be repaired is left as it is, and the page says so', async (t) => {
    await machine.cutPower(random)
    // Every copy of what describes the file system.
    await overwrite((await sizeOf()) - DATA_AT, 0xa5)
    const before = await digest()
    await machine.start('bios')
    t.equal(await machine.refuses(), 'CARD_DAMAGED')
    await machine.cutPower(random)
    t.equal(await digest(), before, 'not a byte was written')
  })

  /** Reads the data partition while the power is off. */
  async function debugfs(command: string): Promise<string> {
    const partition = `${machine.disk}?offset=${DATA_AT}`
    return (await promisify(execFile)('debugfs', ['-R', command, partition])).stdout
  }

  async function overwrite(bytes: number, value: number) {
    const disk = await open(machine.disk, 'r+')
    const block = Buffer.alloc(Math.min(bytes, MEBIBYTE), value)
    for (let at = 0; at < bytes; at += block.length) {
      await disk.write(block, 0, Math.min(block.length, bytes - at), DATA_AT + at)
    }
    await disk.close()
  }

  async function sizeOf(): Promise<number> {
    const disk = await open(machine.disk, 'r')
    const { size } = await disk.stat()
    await disk.close()
    return size - MEBIBYTE // the second copy of the partition table
  }

  async function digest(): Promise<string> {
    const hash = createHash('sha256')
    await pipeline(createReadStream(machine.disk, { start: DATA_AT, end: (await sizeOf()) - 1 }), hash)
    return hash.digest('hex')
  }
})
