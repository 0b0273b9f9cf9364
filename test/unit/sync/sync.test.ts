import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { Peer } from '../../../service/peers/peer.ts'
import type { SessionPhase } from '../../../service/sync/project-session.ts'
import { Sync } from '../../../service/sync/sync.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { openPeers } from '../peers/open-peers.ts'
import { Device, makeProject, type TestProject } from '../projects/device.ts'
import { openProjects } from '../projects/open-projects.ts'
import { Card } from '../storage/card.ts'
import { Phone } from './phone.ts'

async function openHub(t: Test, directory: string) {
  const card = new Card()
  const clock = new ManualClock()
  const { projects, identity, store } = await openProjects(t, directory, { syncFile: card.sync })
  const peers = await openPeers(t, { keyPair: identity.keyPair })
  const sync = new Sync({ peers, projects, store, clock, logger: pino({ level: 'silent' }) })
  await sync.ready()
  t.teardown(async () => {
    await peers.close()
    await sync.close()
  })
  const phaseOf = ({ deviceId }: { deviceId: string }) =>
    sync.sessions().find(({ peer }) => peer.deviceId === deviceId)?.phase
  /** Lets time pass, a little at a time, until the session with a device has come this far. */
  const reaches = (device: { deviceId: string }, phase: SessionPhase) =>
    until(() => {
      clock.move(50)
      return phaseOf(device) === phase
    })
  return { card, clock, projects, identity, peers, sync, phaseOf, reaches }
}

/** The creator of a project that the hub is a member of, with two observations and not connected. */
async function openCreator(t: Test, made: TestProject, hubId: Device['deviceId']) {
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(hubId, 'member')
  await creator.cores.data.append(['one', 'two'].map((text) => Buffer.from(text)))
  return creator
}

async function openCamp(t: Test) {
  const directory = makeDirectory(t)
  const hub = await openHub(t, join(directory, 'hub'))
  const made = makeProject()
  await hub.projects.keep(made.details)
  const project = await hub.projects.open(made.details)
  const creator = await openCreator(t, made, hub.identity.deviceId)
  const phone = await Phone.connect(t, hub.peers.port, made, creator)
  return { directory, hub, made, project, creator, phone }
}

/** The device takes what the hub wrote itself: who it is, and its name. */
async function takeOwn({ hub, made, phone }: Awaited<ReturnType<typeof openCamp>>): Promise<void> {
  for (const namespace of ['auth', 'config'] as const) {
    const { publicKey } = hub.identity.coreKeyPair(namespace, made.details.projectKey)
    const core = await phone.openCore(publicKey)
    core.download({ start: 0, end: -1 })
  }
}

t.test('a session goes from proving to up to date as the two exchange', async (t) => {
  const camp = await openCamp(t)
  const { hub, creator, phone } = camp
  t.equal(hub.phaseOf(creator), undefined)
  await phone.openProject()
  await hub.reaches(creator, 'proving')
  phone.exchange(['auth', 'config', 'blobIndex'])
  await until(() => hub.projects.all()[0]?.ownRole === 'member')
  phone.tell('data', [0b11])
  await hub.reaches(creator, 'exchanging')
  await hub.reaches(creator, 'waiting')
  const [session] = hub.sync.sessions()
  t.match(session?.gaps.toHub, { documents: 2, photos: 0, blocks: 2 }, 'as when nobody has pressed Start')
  await takeOwn(camp)
  phone.exchange(['data', 'blob'])
  await hub.reaches(creator, 'up-to-date')
  t.match(session?.traffic.toHub, { documents: 2 })
})

t.test('a session is up to date only when what came is on the card', async (t) => {
  const camp = await openCamp(t)
  const { hub, creator, phone } = camp
  await phone.openProject()
  phone.exchange()
  await takeOwn(camp)
  phone.tell('data', [0b11])
  await hub.reaches(creator, 'up-to-date')
  hub.card.hold()
  const syncing = hub.card.nextSync()
  await creator.cores.data.append(Buffer.from('three'))
  await until(() => hub.sync.sessions()[0]?.traffic.toHub.documents === 3)
  t.not(hub.phaseOf(creator), 'up-to-date', 'before anybody has counted')
  await Promise.all([syncing, hub.reaches(creator, 'settled')])
  for (let i = 0; i < 20; i++) {
    hub.clock.move(1_000)
    await new Promise((resolve) => setImmediate(resolve))
    t.equal(hub.phaseOf(creator), 'settled')
  }
  hub.card.release()
  await hub.reaches(creator, 'up-to-date')
})

t.test('a session with a device that was removed is refused', async (t) => {
  const { hub, made, creator, phone } = await openCamp(t)
  await phone.openProject()
  phone.exchange()
  const removed = await Device.open(t, made)
  await removed.writeOwnership()
  await creator.writeRole(removed.deviceId, 'blocked')
  const removedPhone = await Phone.connect(t, hub.peers.port, made, removed)
  await removedPhone.openProject()
  await hub.reaches(removed, 'refused')
  t.equal(hub.sync.sessions().length, 2)
})

t.test('sessions are told when they start and when they end', async (t) => {
  const { hub, creator, phone } = await openCamp(t)
  const told: string[] = []
  hub.sync.on('session-started', ({ peer }) => told.push(`started ${peer.deviceId}`))
  hub.sync.on('session-ended', ({ peer }) => told.push(`ended ${peer.deviceId}`))
  await phone.openProject()
  t.same(
    hub.sync.sessionsWith(creator.deviceId).map(({ peer }) => peer.deviceId),
    [creator.deviceId]
  )
  phone.line.socket.destroy()
  await until(() => told.length === 2)
  t.same(told, [`started ${creator.deviceId}`, `ended ${creator.deviceId}`])
  t.same(hub.sync.sessions(), [])
})

t.test(
  'a project that the hub joins is offered to its inviter over the connection that there is',
  async (t) => {
    const hub = await openHub(t, makeDirectory(t))
    const made = makeProject()
    const creator = await openCreator(t, made, hub.identity.deviceId)
    const connected = new Promise<Peer>((resolve) => hub.peers.once('connected', resolve))
    const phone = await Phone.connect(t, hub.peers.port, made, creator)
    const inviter = await connected
    await hub.projects.keep(made.details)
    const project = await hub.projects.open(made.details)
    await phone.listen()
    t.same([...phone.offered], [], 'nothing is offered by itself')
    hub.sync.joinedThrough(project, inviter)
    await until(() => phone.offered.size === 1)
    t.same([...phone.offered], [creator.cores.auth.discoveryKey.toString('hex')])
    await phone.openProject()
    phone.exchange()
    await until(() => project.cores.of(creator.deviceId, 'data')?.core.contiguousLength === 2)
    t.equal(hub.sync.isServedBy(project, inviter), true)
  }
)

t.test('two hubs in one project exchange it as soon as they meet', async (t) => {
  const { directory, hub, made, project, creator, phone } = await openCamp(t)
  const other = await openHub(t, join(directory, 'other'))
  await creator.writeRole(other.identity.deviceId, 'member')
  await phone.openProject()
  phone.exchange()
  await until(() => project.cores.of(creator.deviceId, 'data')?.core.contiguousLength === 2)
  await other.projects.keep(made.details)
  const copy = await other.projects.open(made.details)
  // The creator was at the other hub for a moment, just long enough to bring it the auth cores.
  const visit = await Phone.connect(t, other.peers.port, made, creator)
  await visit.openProject()
  await until(() => copy.ownRole === 'member')
  await other.peers.dial({ address: '127.0.0.1', port: hub.peers.port })
  await until(() => copy.cores.of(creator.deviceId, 'data')?.core.contiguousLength === 2)
  await until(() => project.members.proven().length === 3 && copy.members.proven().length === 3)
  t.same(project.members.proven().sort(), copy.members.proven().sort())
})

t.test('nothing is left when it is closed, and nothing is looked at any more', async (t) => {
  const { hub, phone } = await openCamp(t)
  await phone.openProject()
  phone.exchange()
  await until(() => hub.clock.pending > 0)
  let measured = 0
  hub.sync.on('measured', () => measured++)
  await hub.peers.close()
  await hub.sync.close()
  const before = measured
  hub.clock.move(60_000)
  t.equal(measured, before)
  t.equal(hub.clock.pending, 0)
})
