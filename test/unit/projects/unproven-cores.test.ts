import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import type { CoreKey, DeviceId } from '../../../service/ids.ts'
import { MAX_UNPROVEN_BYTES } from '../../../service/projects/project-cores.ts'
import {
  MAX_UNPROVEN,
  MAX_UNPROVEN_PER_DEVICE,
  type UnprovenCore
} from '../../../service/projects/unproven-cores.ts'
import type { Store } from '../../../service/storage/store.ts'
import { decodeDocument } from '../../../service/wire/documents.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { Device, hexOf, makeProject } from './device.ts'
import { meet, meetCreator, replicate } from './meet.ts'
import { openProject } from './open-project.ts'

interface Journal {
  opened: { key: CoreKey; namedBy: DeviceId }[]
  closed: CoreKey[]
}

async function openHub(t: Test) {
  const made = makeProject()
  const { project, store } = await openProject(t, makeDirectory(t), made.details)
  const journal: Journal = { opened: [], closed: [] }
  project.unproven.on('opened', (core, namedBy) => journal.opened.push({ key: core.key, namedBy }))
  project.unproven.on('closing', ({ key }) => journal.closed.push(key))
  return { made, project, store, journal }
}

const someDevice = () => randomBytes(32).toString('hex') as DeviceId
const someKeys = (count: number) => Array.from({ length: count }, () => randomBytes(32))

/** Resolves when everything that was asked for before has happened. */
async function settle({ project, journal }: Awaited<ReturnType<typeof openHub>>): Promise<void> {
  const [key] = someKeys(1) as [Buffer]
  const device = someDevice()
  project.considerAuthCores([key], device)
  project.unproven.forget(device)
  await until(() => journal.closed.includes(hexOf(key) as CoreKey) || journal.opened.length >= MAX_UNPROVEN)
}

t.test('a core is fetched from whoever names it, and kept apart until its owner has a role', async (t) => {
  const hub = await openHub(t)
  const { made, project, journal } = hub
  const [creator, stranger] = [await Device.openCreator(t, made), await Device.open(t, made)]
  await creator.writeOwnership()
  await stranger.writeOwnership()
  await stranger.writeRole(stranger.deviceId, 'left')
  await meet(t, project, stranger)
  meetCreator(t, project, creator)
  await until(() => project.members.ownerOf(stranger.keyOf('auth')) === stranger.deviceId)
  await settle(hub)
  t.match(journal.opened[0], { key: stranger.keyOf('auth'), namedBy: stranger.deviceId })
  t.equal(project.cores.get(stranger.keyOf('auth')), undefined)
  t.equal(project.members.roleOf(stranger.deviceId), 'none', 'its own roles are not read')
  t.notOk(project.members.announceableAuthKeys().includes(stranger.keyOf('auth')))

  await creator.writeRole(stranger.deviceId, 'member')
  await until(() => project.cores.of(stranger.deviceId, 'blob') !== undefined)
  t.ok(project.members.announceableAuthKeys().includes(stranger.keyOf('auth')))
})

t.test(
  'nothing of an unproven core is on the card, and its first block is as soon as it is kept',
  async (t) => {
    const hub = await openHub(t)
    const { made, project, store } = hub
    const [creator, stranger] = [await Device.openCreator(t, made), await Device.open(t, made)]
    await creator.writeOwnership()
    await stranger.writeOwnership()
    await stranger.writeRole(stranger.deviceId, 'left')
    const before = await rowsOf(store)
    const { core: unproven } = await meet(t, project, stranger)
    await until(() => unproven.contiguousLength === 1)
    t.same(await rowsOf(store), before)

    const inMemory = await unproven.get(0)
    for (const { stream } of unproven.peers) stream.destroy() // nobody brings it again
    await creator.writeRole(stranger.deviceId, 'member')
    meetCreator(t, project, creator)
    await until(() => project.cores.of(stranger.deviceId, 'blob') !== undefined)
    const kept = project.cores.get(stranger.keyOf('auth'))
    t.same(await kept?.core.get(0, { wait: false }), inMemory)
    t.equal(kept?.core.length, 2, 'it is known how many there are')
    t.ok(unproven.closed)
  }
)

t.test('only the first block of an unproven core is asked for', async (t) => {
  const hub = await openHub(t)
  const stranger = await Device.open(t, hub.made)
  await stranger.writeOwnership()
  for (let i = 0; i < 10; i++) await stranger.writeRole(stranger.deviceId, 'left')
  const { core } = await meet(t, hub.project, stranger)
  await until(() => core.contiguousLength === 1)
  await settle(hub)
  for (let index = 1; index < core.length; index++) t.notOk(await core.has(index))
})

t.test('a first block that is longer than any ownership is not taken', async (t) => {
  const hub = await openHub(t)
  const stranger = await Device.open(t, hub.made)
  await stranger.cores.auth.append(randomBytes(MAX_UNPROVEN_BYTES))
  const { core } = await meet(t, hub.project, stranger)
  await until(() => core.peers.some(({ paused }) => paused))
  t.notOk(await core.has(0))
})

t.test('a core whose first block is no ownership is dropped and forgotten', async (t) => {
  const { made, project, store, journal } = await openHub(t)
  const stranger = await Device.open(t, made)
  await stranger.writeRole(stranger.deviceId, 'coordinator')
  await stranger.writeOwnership()
  const { core } = await meet(t, project, stranger)
  await until(() => journal.closed.length > 0 && core.closed)
  t.same(journal.closed, [stranger.keyOf('auth')])
  await until(() => project.cores.get(stranger.keyOf('auth')) === undefined)
  await project.close()
  t.notOk(await store.cores.hasCore(stranger.cores.auth.discoveryKey))
})

t.test('a core that claims what another device owns is dropped', async (t) => {
  const { made, project, journal } = await openHub(t)
  const [honest, thief] = [await Device.open(t, made), await Device.open(t, made)]
  await honest.writeOwnership()
  await thief.cores.auth.append(honest.ownership())
  await meet(t, project, honest)
  await meet(t, project, thief)
  await until(() => journal.closed.length > 0)
  t.same(journal.closed, [thief.keyOf('auth')])
})

t.test('what a device named without proof goes with it, unless another still names it', async (t) => {
  const hub = await openHub(t)
  const { project, store, journal } = hub
  const [ana, ben] = [someDevice(), someDevice()]
  const [shared, anas] = someKeys(2) as [Buffer, Buffer]
  project.considerAuthCores([shared, anas], ana)
  project.considerAuthCores([shared], ben)
  project.unproven.forget(ana)
  await settle(hub)
  t.match(journal.opened, [{ namedBy: ana }, { namedBy: ana }, { key: hexOf(shared), namedBy: ben }])
  t.same(journal.closed.slice(0, 1), [hexOf(anas)])
  t.notOk(journal.closed.includes(hexOf(shared) as CoreKey))
  project.unproven.forget(ben)
  await settle(hub)
  t.ok(journal.closed.includes(hexOf(shared) as CoreKey))
  t.ok(store.opened)
})

t.test('one device cannot make the hub open more than so many cores', async (t) => {
  const hub = await openHub(t)
  const { project, journal } = hub
  const flood = someDevice()
  project.considerAuthCores(someKeys(MAX_UNPROVEN_PER_DEVICE + 20), flood)
  const [honest] = someKeys(1) as [Buffer]
  project.considerAuthCores([honest], someDevice())
  await until(() => journal.opened.some(({ key }) => key === hexOf(honest)))
  t.equal(journal.opened.filter(({ namedBy }) => namedBy === flood).length, MAX_UNPROVEN_PER_DEVICE)
  project.unproven.forget(flood)
  await settle(hub)
  t.equal(journal.closed.length, MAX_UNPROVEN_PER_DEVICE + 1)
})

t.test('nor can many devices together', async (t) => {
  const { project, journal } = await openHub(t)
  const devices = Array.from({ length: MAX_UNPROVEN / MAX_UNPROVEN_PER_DEVICE }, someDevice)
  for (const device of devices) project.considerAuthCores(someKeys(MAX_UNPROVEN_PER_DEVICE), device)
  project.considerAuthCores(someKeys(3), someDevice())
  project.unproven.forget(devices[0] as DeviceId)
  const late = someDevice()
  project.considerAuthCores(someKeys(1), late)
  await until(() => journal.opened.some(({ namedBy }) => namedBy === late))
  t.equal(
    journal.opened.length,
    MAX_UNPROVEN + 1,
    'the three were not opened, and the last one was when there was room'
  )
})

t.test("a core that becomes a member's while it is being named again is not opened twice", async (t) => {
  const hub = await openHub(t)
  const { made, project, store } = hub
  const [creator, member] = [await Device.openCreator(t, made), await Device.open(t, made)]
  await creator.writeOwnership()
  await member.writeOwnership()
  meetCreator(t, project, creator)
  await meet(t, project, member)
  await until(() => project.members.ownerOf(member.keyOf('auth')) !== null)
  await until(() => project.members.ownerOf(creator.keyOf('auth')) !== null)
  // Another phone names it at the end of a long list, and its role arrives while the hub is busy with that list.
  const other = someDevice()
  project.considerAuthCores([...someKeys(20), member.cores.auth.key], other)
  const role = { index: 1, document: documentOf(creator, creator.role(member.deviceId, 'member')) }
  project.members.learn(creator.keyOf('auth'), [role])
  await until(() => project.cores.of(member.deviceId, 'blob') !== undefined)
  project.unproven.name(member.keyOf('auth'), other) // as when that list comes to its turn only now
  project.unproven.forget(other)
  project.unproven.forget(member.deviceId)
  await settle(hub)
  const kept = project.cores.get(member.keyOf('auth'))
  t.notOk(kept?.core.closed)
  t.ok(await kept?.reader?.get(0, { wait: false }), 'what is kept is still there')
  t.ok(await store.cores.hasCore(member.cores.auth.discoveryKey))
})

t.test("a core that becomes a member's while it is being deleted is opened after that", async (t) => {
  const hub = await openHub(t)
  const { made, project } = hub
  const [creator, member] = [await Device.openCreator(t, made), await Device.open(t, made)]
  await creator.writeOwnership()
  await member.writeOwnership()
  meetCreator(t, project, creator)
  await meet(t, project, member)
  await until(() => project.members.ownerOf(member.keyOf('auth')) !== null)
  await until(() => project.members.ownerOf(creator.keyOf('auth')) !== null)
  project.unproven.once('closing', () => {
    const role = { index: 1, document: documentOf(creator, creator.role(member.deviceId, 'member')) }
    project.members.learn(creator.keyOf('auth'), [role])
  })
  project.unproven.forget(member.deviceId)
  await until(() => project.cores.of(member.deviceId, 'blob') !== undefined)
  const kept = project.cores.get(member.keyOf('auth'))
  if (kept === undefined) return t.fail('not kept')
  replicate(t, kept.core, member.cores.auth)
  t.ok(await kept.reader?.get(0), 'it can be fetched again')
})

t.test('a core that was named as an auth core and is another one is read with its own key', async (t) => {
  const hub = await openHub(t)
  const { made, project } = hub
  const [creator, member] = [await Device.openCreator(t, made), await Device.open(t, made)]
  await creator.writeOwnership()
  await member.writeOwnership()
  await member.cores.config.append(member.deviceInfo('Ana'))
  project.considerAuthCores([member.cores.config.key], someDevice())
  await settle(hub)
  await creator.writeRole(member.deviceId, 'member')
  await meet(t, project, member)
  meetCreator(t, project, creator)
  await until(() => project.cores.of(member.deviceId, 'blob') !== undefined)
  const config = project.cores.of(member.deviceId, 'config')
  if (config === undefined) return t.fail('not kept')
  replicate(t, config.core, member.cores.config)
  const block = (await config.reader?.get(0)) as Buffer
  t.match(decodeDocument(block, { discoveryKey: config.core.discoveryKey, index: 0 }), { name: 'Ana' })
})

t.test('nothing unproven is left when the project is closed', async (t) => {
  const hub = await openHub(t)
  const { project, store, journal } = hub
  const keys = someKeys(3)
  const cores: UnprovenCore[] = []
  project.unproven.on('opened', (core) => cores.push(core))
  project.considerAuthCores(keys, someDevice())
  await project.close()
  t.equal(journal.closed.length, cores.length)
  t.ok(cores.every(({ core, reader }) => core.closed && reader.closed))
  for (const { core } of cores) t.notOk(await store.cores.hasCore(core.discoveryKey))
})

function documentOf(author: Device, block: Buffer) {
  const document = decodeDocument(block, { discoveryKey: author.cores.auth.discoveryKey, index: 1 })
  if (document === null) throw new Error('That is no document')
  return document
}

/** Everything that is in the database. */
async function rowsOf(store: Store): Promise<string[]> {
  const rows: string[] = []
  const all = store.cores.db.iterator({ gte: Buffer.alloc(1), lt: Buffer.alloc(8, 255) })
  for await (const { key, value } of all as AsyncIterable<{ key: Buffer; value: Buffer }>) {
    rows.push(`${key.toString('hex')} ${value.toString('hex')}`)
  }
  return rows
}
