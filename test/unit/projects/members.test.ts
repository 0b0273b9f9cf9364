import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { NAMESPACES, type CoreKey, type DeviceId } from '../../../service/ids.ts'
import type { AuthDocument } from '../../../service/projects/auth-reader.ts'
import { Members } from '../../../service/projects/members.ts'
import { MAX_ROLE_RECORDS } from '../../../service/projects/role-records.ts'
import type { Ownership } from '../../../service/projects/ownership.ts'
import { MAX_AUTH_CORES } from '../../../service/wire/project-extension.ts'
import { decodeDocument } from '../../../service/wire/documents.ts'
import { makeDirectory } from '../../support/directory.ts'
import { Device, makeProject } from './device.ts'

/** A project with its creator, two other devices, and the hub, which has just joined. */
async function openMembers(t: Test, accepted: readonly Ownership[] = []) {
  makeDirectory(t)
  const made = makeProject()
  const creator = await Device.openCreator(t, made)
  const [hub, ana, ben] = [await Device.open(t, made), await Device.open(t, made), await Device.open(t, made)]
  const members = new Members({
    ownDeviceId: hub.deviceId,
    ownCores: ownershipOf(hub).coreKeys,
    creatorKey: creator.keyOf('auth'),
    accepted,
    logger: pino({ level: 'silent' })
  })
  return { members, creator, hub, ana, ben }
}

function ownershipOf(device: Device): Ownership {
  return {
    deviceId: device.deviceId,
    coreKeys: {
      auth: device.keyOf('auth'),
      config: device.keyOf('config'),
      data: device.keyOf('data'),
      blobIndex: device.keyOf('blobIndex'),
      blob: device.keyOf('blob')
    }
  }
}

/** Of a device that is nowhere. */
function someOwnership(): Ownership {
  const someKey = () => randomBytes(32).toString('hex')
  const coreKeys = Object.fromEntries(NAMESPACES.map((namespace) => [namespace, someKey()]))
  return { deviceId: someKey() as DeviceId, coreKeys: coreKeys as Ownership['coreKeys'] }
}

/** The documents of blocks as they lie in a device's auth core. */
function inCoreOf(device: Device, blocks: Record<number, Buffer>): [CoreKey, AuthDocument[]] {
  const { discoveryKey } = device.cores.auth
  const documents = Object.entries(blocks).map(([index, block]) => {
    const document = decodeDocument(block, { discoveryKey, index: Number(index) })
    if (document === null) throw new Error('That is no document')
    return { index: Number(index), document }
  })
  return [device.keyOf('auth'), documents]
}

t.test('the creator is whoever proves to own the core that has the key of the project', async (t) => {
  const { members, creator } = await openMembers(t)
  t.equal(members.ownerOf(creator.keyOf('auth')), null)
  members.learn(...inCoreOf(creator, { 0: creator.ownership() }))
  t.equal(members.roleOf(creator.deviceId), 'creator')
  t.ok(members.isActive(creator.deviceId))
  t.same(members.proven(), [creator.deviceId])
})

t.test('a device has no role before one is given, and what it may do follows the documents', async (t) => {
  const { members, creator, ana } = await openMembers(t)
  let changes = 0
  members.on('changed', () => changes++)
  members.learn(...inCoreOf(creator, { 0: creator.ownership() }))
  members.claim(...inCoreOf(ana, { 0: ana.ownership() }))
  t.equal(members.roleOf(ana.deviceId), 'none')
  t.same(members.proven(), [creator.deviceId])
  for (const [index, role] of (['member', 'coordinator', 'blocked'] as const).entries()) {
    members.learn(...inCoreOf(creator, { [index + 1]: creator.role(ana.deviceId, role) }))
    t.equal(members.roleOf(ana.deviceId), role)
    t.equal(members.isActive(ana.deviceId), role !== 'blocked')
    t.ok(members.proven().includes(ana.deviceId), 'also when it was blocked: its data stay')
  }
  t.equal(changes, 5)
})

t.test('documents may come before it is known who wrote them', async (t) => {
  const { members, creator, ana } = await openMembers(t)
  members.learn(...inCoreOf(creator, { 1: creator.role(ana.deviceId, 'member') }))
  members.claim(...inCoreOf(ana, { 0: ana.ownership() }))
  t.equal(members.roleOf(ana.deviceId), 'none')
  members.learn(...inCoreOf(creator, { 0: creator.ownership() }))
  t.equal(members.roleOf(ana.deviceId), 'member')
})

t.test('a role that somebody gave who may not makes nobody a member', async (t) => {
  const { members, creator, ana, ben } = await openMembers(t)
  members.learn(...inCoreOf(creator, { 0: creator.ownership(), 1: creator.role(ana.deviceId, 'member') }))
  members.learn(...inCoreOf(ana, { 0: ana.ownership(), 1: ana.role(ben.deviceId, 'member') }))
  members.claim(...inCoreOf(ben, { 0: ben.ownership() }))
  t.equal(members.roleOf(ben.deviceId), 'none')
  t.notOk(members.proven().includes(ben.deviceId), 'so its cores are not opened')
  t.notOk(members.announceableAuthKeys().includes(ben.keyOf('auth')), 'and nobody is told of them')
})

t.test('where the documents and the right to write them differ, the one that may less counts', async (t) => {
  const { members, creator, ana, ben } = await openMembers(t)
  const ownerships = { 0: creator.ownership(), 1: creator.role(ana.deviceId, 'member') }
  members.learn(...inCoreOf(creator, { ...ownerships, 2: creator.role(ben.deviceId, 'member') }))
  members.claim(...inCoreOf(ben, { 0: ben.ownership() }))
  // Later than what the creator wrote, so that phones believe it.
  for (let i = 0; i < 5; i++) ana.role(ben.deviceId, 'member')
  members.learn(...inCoreOf(ana, { 0: ana.ownership(), 1: ana.role(ben.deviceId, 'blocked') }))
  t.equal(members.roleOf(ben.deviceId), 'blocked')
})

t.test('the first cores that a device proves are final', async (t) => {
  const { members, ana, ben } = await openMembers(t)
  t.ok(members.claim(...inCoreOf(ana, { 0: ana.ownership() })))
  t.ok(members.claim(...inCoreOf(ana, { 0: ana.ownership() })), 'the same again is no fault')
  t.notOk(members.claim(...inCoreOf(ben, { 0: ana.ownership() })), 'a copy in another core is')
  t.equal(members.ownerOf(ana.keyOf('data')), ana.deviceId)
  t.equal(members.ownerOf(ben.keyOf('auth')), null)
})

t.test("a core can be a member's as long as its first block has not come", async (t) => {
  const { members, ana } = await openMembers(t)
  t.ok(members.claim(...inCoreOf(ana, { 1: ana.role(ana.deviceId, 'left') })))
  t.notOk(members.claim(...inCoreOf(ana, { 0: ana.role(ana.deviceId, 'left') })))
})

t.test('nobody proves to be the hub', async (t) => {
  const { members, hub, ana } = await openMembers(t)
  t.notOk(members.claim(...inCoreOf(ana, { 0: hub.ownership() })))
  t.same(members.coresOf(hub.deviceId), ownershipOf(hub).coreKeys)
  t.same(members.acceptedOwnerships(), [], 'and the hub itself is not kept among the others')
})

t.test(
  'ownerships are kept in the order of their acceptance, and count before what is read later',
  async (t) => {
    const { members, creator, hub, ana, ben } = await openMembers(t)
    members.learn(...inCoreOf(creator, { 0: creator.ownership() }))
    members.learn(...inCoreOf(ana, { 0: ana.ownership() }))
    t.same(members.acceptedOwnerships(), [ownershipOf(creator), ownershipOf(ana)])
    const after = new Members({
      ownDeviceId: hub.deviceId,
      ownCores: ownershipOf(hub).coreKeys,
      creatorKey: creator.keyOf('auth'),
      accepted: [{ ...ownershipOf(ana), deviceId: ben.deviceId }],
      logger: pino({ level: 'silent' })
    })
    t.notOk(
      after.claim(...inCoreOf(ana, { 0: ana.ownership() })),
      'these cores were proved by another device'
    )
    t.equal(after.ownerOf(ana.keyOf('data')), ben.deviceId)
  }
)

t.test("the keys that may be told to others are the creator's, the hub's and those of members", async (t) => {
  const { members, creator, hub, ana, ben } = await openMembers(t)
  t.same(members.announceableAuthKeys(), [creator.keyOf('auth'), hub.keyOf('auth')])
  members.learn(...inCoreOf(creator, { 0: creator.ownership(), 1: creator.role(ana.deviceId, 'member') }))
  members.claim(...inCoreOf(ana, { 0: ana.ownership() }))
  members.claim(...inCoreOf(ben, { 0: ben.ownership() }))
  t.same(
    members.announceableAuthKeys(),
    [creator, hub, ana].map((device) => device.keyOf('auth'))
  )
})

t.test('a project has so many members and no more: those that proved it first', async (t) => {
  const accepted = Array.from({ length: MAX_AUTH_CORES }, someOwnership)
  const { members, creator } = await openMembers(t, accepted)
  members.learn(...inCoreOf(creator, { 0: creator.ownership() }))
  const subjects = accepted.map(({ deviceId }) => deviceId)
  const roles = subjects.map((subject, index) => [index + 1, creator.role(subject, 'member')] as const)
  members.learn(...inCoreOf(creator, Object.fromEntries(roles.slice(1))))
  t.equal(members.proven().length, MAX_AUTH_CORES, 'with the creator')
  t.ok(members.isFull)
  members.learn(...inCoreOf(creator, Object.fromEntries(roles.slice(0, 1))))
  t.equal(members.proven().length, MAX_AUTH_CORES)
})

t.test('a coordinator who writes roles without end is still removed', async (t) => {
  const { members, creator, ana, ben } = await openMembers(t)
  members.learn(
    ...inCoreOf(creator, { 0: creator.ownership(), 1: creator.role(ana.deviceId, 'coordinator') })
  )
  members.learn(...inCoreOf(ana, { 0: ana.ownership() }))
  const block = ana.role(ben.deviceId, 'member')
  const blocks = Array.from({ length: 2 * MAX_ROLE_RECORDS }, (_, index) => [index + 1, block] as const)
  members.learn(...inCoreOf(ana, Object.fromEntries(blocks)))
  t.equal(members.roleOf(ben.deviceId), 'member')
  members.learn(...inCoreOf(creator, { 2: creator.role(ana.deviceId, 'blocked') }))
  t.equal(members.roleOf(ana.deviceId), 'blocked')
})
