import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { generateLedgerKeys } from '../../../service/storage/ledger-keys.ts'
import { openPrivateCore } from '../../../service/storage/private-core.ts'
import { TAKE_NOTHING } from '../../../service/sync/intake.ts'
import { Salvage } from '../../../service/sync/salvage.ts'
import { until } from '../../support/until.ts'
import { come, openCamp, openHub, LARGE_BLOCKS } from './card-camp.ts'

type Camp = Awaited<ReturnType<typeof openCamp>>
type Hub = Awaited<ReturnType<typeof openHub>>

/** A hub that sets its database aside when it starts, and what it can read there. */
async function startAnew(t: Test, { directory }: Camp, prepare: (hub: Hub) => void = () => {}) {
  // As a hub starts: it writes nothing before it is unlocked.
  const hub = await openHub(t, directory, { locked: true })
  t.ok(hub.store.rebuilt)
  prepare(hub)
  const salvage = new Salvage({
    damaged: hub.store.damaged,
    projects: hub.projects,
    sync: hub.sync,
    logger: pino({ level: 'silent' })
  })
  t.teardown(() => salvage.close())
  await salvage.ready()
  return { ...hub, salvage }
}

function photosOf({ projects }: Hub, { creator }: Camp) {
  return projects.all()[0]?.cores.of(creator.deviceId, 'blob')?.core
}

/** What the hub itself has written, as phones got it. */
async function ownBlocks({ projects, identity }: Hub): Promise<Buffer[]> {
  const blocks: Buffer[] = []
  for (const { owner, core } of projects.all()[0]?.cores.all() ?? []) {
    if (owner !== identity.deviceId) continue
    for (let index = 0; index < core.length; index++) {
      blocks.push((await core.get(index, { raw: true, wait: false })) ?? Buffer.alloc(0))
    }
  }
  return blocks
}

/** Changes one bit of what is stored as these bytes. */
async function damage(directory: string, bytes: Buffer): Promise<void> {
  const database = join(directory, 'cores', 'db')
  let found = 0
  for (const name of await readdir(database)) {
    const content = await readFile(join(database, name))
    const position = content.indexOf(bytes)
    if (position === -1) continue
    found++
    content[position] = (content[position] ?? 0) ^ 1
    await writeFile(join(database, name), content)
  }
  if (found !== 1) throw new Error(`the bytes stand in ${found} files`)
}

t.test('damage of a mirror alone takes no block of any phone', async (t) => {
  const camp = await openCamp(t)
  const { directory, creator } = camp
  const before = await openHub(t, directory)
  const mirror = await openPrivateCore(before.store, generateLedgerKeys())
  await mirror.append(Array.from({ length: 20 }, () => randomBytes(1_000)))
  const { key } = mirror
  const block = await mirror.get(7, { raw: true })
  await mirror.close()
  await before.store.compact()
  await before.close()
  await damage(directory, block?.subarray(0, 64) ?? Buffer.alloc(0))

  // Whoever reads it has the database set aside.
  const damaged = await openHub(t, directory)
  const beyond = once(damaged.repair, 'beyond-repair')
  const reader = await openPrivateCore(damaged.store, {
    ...generateLedgerKeys(),
    publicKey: key.toString('hex')
  })
  await t.rejects(reader.get(7, { raw: true, wait: false }))
  await beyond
  await reader.close()
  await damaged.close()

  const hub = await startAnew(t, camp)
  const photos = () => photosOf(hub, camp)
  await until(() => photos()?.contiguousLength === LARGE_BLOCKS)
  for (let index = 0; index < LARGE_BLOCKS; index++) {
    t.same(await photos()?.get(index, { raw: true }), await creator.cores.blob.get(index, { raw: true }))
  }
  t.same([...hub.peers.connected], [], 'nobody was there to bring it')
})

t.test('who is a member, and what the hub wrote itself, is there when it begins to serve', async (t) => {
  const camp = await openCamp(t)
  const before = await openHub(t, camp.directory)
  const written = await ownBlocks(before)
  t.ok(written.length > 0)
  await before.store.damaged.condemn()
  await before.close()
  const hub = await startAnew(t, camp)
  t.same(await ownBlocks(hub), written)
  t.equal(hub.projects.all()[0]?.members.roleOf(hub.identity.deviceId), 'member')
})

t.test('what cannot be read there is left to phones', async (t) => {
  const camp = await openCamp(t)
  const before = await openHub(t, camp.directory)
  const block = await photosOf(before, camp)?.get(1, { raw: true })
  await before.store.damaged.condemn()
  await before.close()
  await damage(camp.directory, block?.subarray(0, 64) ?? Buffer.alloc(0))
  const hub = await startAnew(t, camp)
  const holds = () =>
    Array.from({ length: LARGE_BLOCKS }, (_, index) => photosOf(hub, camp)?.core.bitfield.get(index))
  await until(() => holds().filter(Boolean).length === LARGE_BLOCKS - 1)
  t.equal(holds()[1], false)
  await come(t, hub, camp.made, camp.creator)
  await until(() => holds()[1] === true)
})

t.test('nothing is taken over while there is no room', async (t) => {
  const camp = await openCamp(t)
  const before = await openHub(t, camp.directory)
  await before.store.damaged.condemn()
  await before.close()
  const hub = await startAnew(t, camp, ({ sync }) => sync.admit(TAKE_NOTHING))
  await hub.salvage.close()
  t.equal(photosOf(hub, camp)?.core.bitfield.get(0) ?? false, false)
  await hub.close()
  t.ok((await readdir(camp.directory)).includes('damaged-cores'), 'it is kept')
})
