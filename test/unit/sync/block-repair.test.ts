import { once } from 'node:events'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../support/until.ts'
import { openStore } from '../storage/open-store.ts'
import { come, openCamp, openHub, LARGE_BLOCKS } from './card-camp.ts'

/** Changes one bit in the middle of the largest of the files that large blocks lie in. */
async function damageLargeFile(directory: string): Promise<void> {
  const database = join(directory, 'cores', 'db')
  const files = (await readdir(database)).filter((name) => name.endsWith('.blob'))
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(database, name))).size))
  const size = Math.max(...sizes)
  const file = await open(join(database, files[sizes.indexOf(size)] ?? ''), 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, size >> 1)
  await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, size >> 1)
  await file.close()
}

t.test('a block that was damaged on the card is given up, told of, and asked for again', async (t) => {
  const { directory, made, creator } = await openCamp(t)
  await damageLargeFile(directory)
  const hub = await openHub(t, directory)
  const photos = hub.projects.all()[0]?.cores.of(creator.deviceId, 'blob')?.core
  if (photos === undefined) return t.fail('the core is not known')
  t.same(hub.told, [], 'nobody has read it yet')
  const readAll = () =>
    Promise.all(Array.from({ length: LARGE_BLOCKS }, (_, n) => photos.get(n, { raw: true })))
  await t.rejects(readAll())
  await until(() => hub.told.length > 0)
  t.same(hub.told, [1])
  const held = Array.from({ length: LARGE_BLOCKS }, (_, index) => photos.core.bitfield.get(index))
  t.equal(held.filter(Boolean).length, LARGE_BLOCKS - 1)

  await come(t, hub, made, creator)
  await until(() => hub.told.at(-1) === 'over')
  const own = creator.cores.blob
  for (const [index, block] of (await readAll()).entries()) {
    t.same(block, await own.get(index, { raw: true }))
  }
})

t.test('what could not be read before anybody looked after it is found', async (t) => {
  const { directory, creator } = await openCamp(t)
  await damageLargeFile(directory)
  const hub = await openHub(t, directory)
  await hub.repair.close()
  const photos = hub.projects.all()[0]?.cores.of(creator.deviceId, 'blob')?.core
  for (let index = 0; index < LARGE_BLOCKS; index++) await photos?.get(index, { raw: true }).catch(() => {})
  t.same(hub.told, [])
  const repair = hub.makeRepair()
  await repair.ready()
  await until(() => hub.told.length > 0)
  t.same(hub.told, [1])
  await repair.close()
})

for (const namespace of ['blob', 'data'] as const) {
  t.test(`a phone that is there brings the block of a ${namespace} core without coming anew`, async (t) => {
    const { directory, made, creator } = await openCamp(t, namespace)
    await damageLargeFile(directory)
    const hub = await openHub(t, directory)
    const { line } = await come(t, hub, made, creator)
    const copy = hub.projects.all()[0]?.cores.of(creator.deviceId, namespace)?.core
    for (let index = 0; index < LARGE_BLOCKS; index++) await copy?.get(index, { raw: true }).catch(() => {})
    await until(() => hub.told.at(-1) === 'over')
    t.same([...new Set(hub.told)], [1, 'over'])
    t.notOk(line.socket.destroyed)
  })
}

t.test('damage that is in no block has the database set aside by the next start', async (t) => {
  const { directory } = await openCamp(t)
  const hub = await openHub(t, directory)
  const beyond = once(hub.repair, 'beyond-repair')
  hub.store.emit('unreadable')
  await beyond
  t.same(hub.told, [])
  await hub.close()
  t.ok((await openStore(t, directory)).rebuilt)
})
