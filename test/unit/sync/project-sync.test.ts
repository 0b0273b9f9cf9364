import type Hypercore from 'hypercore'
import { pino } from 'pino'
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { systemClock } from '../../../service/clock.ts'
import { BYTES_OF_CORE, BYTES_OF_HUB, LEAST_BYTES_OF_MEMBERS } from '../../../service/peers/member-places.ts'
import { NAMESPACES, type DeviceId, type Namespace } from '../../../service/ids.ts'
import type { Turns } from '../../../service/peers/turns.ts'
import type { Role } from '../../../service/projects/role.ts'
import { TAKE_ALL } from '../../../service/sync/intake.ts'
import { ProjectSync } from '../../../service/sync/project-sync.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { openPeers } from '../peers/open-peers.ts'
import { Device, hexOf, makeProject, type TestProject } from '../projects/device.ts'
import { openProject } from '../projects/open-project.ts'
import { Phone } from './phone.ts'

/** A hub that exchanges one project with whoever connects. */
async function openHub(
  t: Test,
  directory: string,
  made: TestProject,
  strangers: Pick<Turns, 'turn'> = { turn: async () => true },
  memoryBytes = Infinity
) {
  const { project, identity } = await openProject(t, directory, made.details)
  await project.writeName('Camp')
  const peers = await openPeers(t, { keyPair: identity.keyPair, memoryBytes })
  const logger = pino({ level: 'silent' })
  const sync = new ProjectSync({ project, strangers, clock: systemClock, logger })
  await sync.ready()
  peers.on('connected', (peer) => sync.addPeer(peer))
  t.teardown(async () => {
    await peers.close()
    await sync.close()
  })
  const sessionOf = ({ deviceId }: { deviceId: string }) =>
    sync.sessions().find(({ peer }) => peer.deviceId === deviceId)
  return { project, identity, peers, sync, sessionOf }
}

/** A hub, and a creator's phone that has brought it the project: ownership, a name and three observations. */
async function openCamp(t: Test, strangers?: Pick<Turns, 'turn'>, memoryBytes?: number) {
  const directory = makeDirectory(t)
  const made = makeProject()
  const hub = await openHub(t, directory, made, strangers, memoryBytes)
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(hub.identity.deviceId, 'member')
  await creator.cores.config.append(creator.deviceInfo('Ana'))
  await creator.cores.data.append(['one', 'two', 'three'].map((text) => Buffer.from(text)))
  const phone = await Phone.connect(t, hub.peers.port, made, creator)
  await phone.openProject()
  phone.exchange()
  await until(() => hub.project.cores.of(creator.deviceId, 'data')?.core.contiguousLength === 3)
  return { made, hub, creator, phone }
}

type Camp = Awaited<ReturnType<typeof openCamp>>

/** A device with one observation that the creator has given a role, connected and exchanging. */
async function join(t: Test, { made, hub, creator }: Camp, role: Role | null = 'member') {
  const device = await Device.open(t, made)
  await device.writeOwnership()
  await device.cores.data.append(Buffer.from('of the member'))
  if (role !== null) await creator.writeRole(device.deviceId, role)
  const phone = await Phone.connect(t, hub.peers.port, made, device)
  await phone.openProject()
  phone.exchange()
  return { device, phone }
}

const discoveryKeys = (device: Device, namespaces: readonly Namespace[] = NAMESPACES) =>
  namespaces.map((ns) => hexOf(device.cores[ns].discoveryKey))

t.test('a device that knows nothing of the project learns nothing of it', async (t) => {
  const camp = await openCamp(t)
  const other = makeProject()
  const phone = await Phone.connect(t, camp.hub.peers.port, other, await Device.open(t, other))
  await phone.listen()
  t.same([...phone.offered], [])
  await phone.openCore(camp.creator.cores.data.key)
  await phone.openCore(randomBytes(32))
  await phone.listen()
  t.same([...phone.offered], [])
  t.equal(camp.hub.sessionOf(phone.device), undefined)
  t.notOk(phone.line.socket.destroyed)
})

t.test('a device that holds the project key and has no role gets the auth cores alone', async (t) => {
  const camp = await openCamp(t)
  const { device, phone } = await join(t, camp, null)
  const { hub, creator } = camp
  await until(() => hub.project.members.ownerOf(device.keyOf('auth')) === device.deviceId)
  const data = await phone.openCore(creator.cores.data.key)
  await phone.listen()
  await creator.cores.data.append(Buffer.from('four'))
  await until(() => hub.project.cores.of(creator.deviceId, 'data')?.core.length === 4)
  await hub.sync.refresh()
  await phone.listen()
  t.equal(data.peers.length, 0, 'data is not served although it knows the key')
  const own = hub.project.cores.all().filter(({ owner }) => owner === hub.identity.deviceId)
  const mayKnow = new Set([
    hexOf(creator.cores.auth.discoveryKey),
    hexOf(device.cores.auth.discoveryKey),
    ...own.filter(({ namespace }) => namespace === 'auth').map(({ discoveryKey }) => discoveryKey)
  ])
  for (const discoveryKey of phone.offered) t.ok(mayKnow.has(discoveryKey), 'a core that it was offered')
  for (const have of phone.haves) {
    t.equal(have.namespace, 'auth')
    t.ok(mayKnow.has(hexOf(have.discoveryKey)), 'a core that it was told of')
  }
  t.ok(phone.haves.length > 0)
  t.equal(hub.sessionOf(device)?.phase, 'proving')
  t.notOk(hub.project.cores.of(device.deviceId, 'data'), 'and what it offers is not taken')
})

t.test('a device that has no role waits for its turn, and one that has does not', async (t) => {
  const asked: { address: string; begin: (isIts: boolean) => void }[] = []
  const turn = (address: string) =>
    new Promise<boolean>((begin) => {
      asked.push({ address, begin })
      // The creator is a stranger as well, until what it wrote has come.
      if (asked.length === 1) begin(true)
    })
  const camp = await openCamp(t, { turn })
  const { hub, made, creator } = camp
  t.equal(asked.length, 1)
  const thief = await Device.open(t, made)
  await thief.writeOwnership()
  const phone = await Phone.connect(t, hub.peers.port, made, thief)
  const opened = phone.openProject()
  await until(() => asked.length === 2)
  t.equal(asked[1]?.address, '127.0.0.1')
  t.equal(hub.sessionOf(thief), undefined)
  const member = await Device.open(t, made)
  await creator.writeRole(member.deviceId, 'member')
  await until(() => hub.project.members.isActive(member.deviceId))
  await (await Phone.connect(t, hub.peers.port, made, member)).openProject()
  t.equal(asked.length, 2)
  asked[1]?.begin(true)
  await opened
  t.ok(hub.sessionOf(thief))
})

t.test('a member gets every core of every member, and what the hub holds of each', async (t) => {
  const camp = await openCamp(t)
  const { hub, creator } = camp
  const { device, phone } = await join(t, camp)
  await until(() =>
    discoveryKeys(creator)
      .slice(1)
      .every((key) => phone.offered.has(key))
  )
  const data = await phone.openCore(creator.cores.data.key)
  await until(() => data.length === 3)
  for (let index = 0; index < 3; index++) t.ok(await data.get(index))
  t.ok(phone.toldOf(creator.cores.data) === 3)
  t.match(phone.intents, [{ everything: true }])
  await until(() => hub.project.cores.of(device.deviceId, 'data')?.core.contiguousLength === 1)
  await until(() => discoveryKeys(device).every((key) => camp.phone.offered.has(key)))
  t.ok(camp.phone.keysTold.at(-1)?.includes(device.keyOf('auth')), 'the creator hears of the new member')
})

t.test('what one brings reaches another that is connected', async (t) => {
  const camp = await openCamp(t)
  const { phone } = await join(t, camp)
  const data = await phone.openCore(camp.creator.cores.data.key)
  await until(() => data.length === 3)
  await camp.creator.cores.data.append(Buffer.from('four'))
  t.ok(await data.get(3))
})

t.test('a member that joins later is told to those who are connected, and its data come', async (t) => {
  const camp = await openCamp(t)
  const { phone: early } = await join(t, camp)
  const before = early.keysTold.length
  const { device: late } = await join(t, camp)
  await until(() => early.keysTold.slice(before).some((keys) => keys.includes(late.keyOf('auth'))))
  await until(() => discoveryKeys(late).every((key) => early.offered.has(key)))
  const data = await early.openCore(late.cores.data.key)
  t.ok(await data.get(0))
})

t.test(
  'a member that is blocked loses all but the auth cores at once, and hears of nobody new',
  async (t) => {
    const camp = await openCamp(t)
    const { hub, creator } = camp
    const { device, phone } = await join(t, camp)
    const data = await phone.openCore(creator.cores.data.key)
    await until(() => data.length === 3)
    await creator.writeRole(device.deviceId, 'blocked')
    await until(() => data.peers.length === 0)
    await until(() => device.cores.data.peers.length === 0)
    t.equal(hub.sessionOf(device)?.phase, 'refused')
    const told = { keys: phone.keysTold.length, haves: phone.haves.length }
    phone.offered.clear()
    const { device: late } = await join(t, camp)
    await creator.cores.data.append(Buffer.from('after the block'))
    await until(() => camp.phone.keysTold.at(-1)?.includes(late.keyOf('auth')) === true)
    await until(() => hub.project.cores.of(creator.deviceId, 'data')?.core.length === 4)
    await hub.sync.refresh()
    await phone.listen()
    t.equal(phone.keysTold.length, told.keys)
    t.equal(phone.haves.length, told.haves)
    const secret = [late, creator].flatMap((one) =>
      discoveryKeys(one, ['config', 'data', 'blobIndex', 'blob'])
    )
    for (const discoveryKey of secret) t.notOk(phone.offered.has(discoveryKey))
    t.notOk(await data.has(3))
    t.ok(device.cores.auth.peers.length > 0, 'while its auth core stays, so that it learns of the block')
    t.notOk(phone.line.socket.destroyed)
  }
)

t.test('a device gets everything at once when it is given a role in mid-session', async (t) => {
  const camp = await openCamp(t)
  const { device, phone } = await join(t, camp, null)
  await until(() => camp.hub.project.members.ownerOf(device.keyOf('auth')) === device.deviceId)
  t.notOk(phone.offered.has(hexOf(camp.creator.cores.data.discoveryKey)))
  await camp.creator.writeRole(device.deviceId, 'member')
  await until(() =>
    discoveryKeys(camp.creator)
      .slice(1)
      .every((key) => phone.offered.has(key))
  )
  await until(() => camp.hub.project.cores.of(device.deviceId, 'data')?.core.contiguousLength === 1)
  t.equal(camp.hub.project.members.roleOf(device.deviceId), 'member')
})

t.test('a device that came in the middle of what another one brings hears how long it got', async (t) => {
  const camp = await openCamp(t)
  const { made, hub, creator, phone } = camp
  const { auth } = creator.cores
  phone.line.socket.destroy()
  await until(() => hub.peers.connected.size === 0)
  const { core } = hub.project.creatorCore
  // Elsewhere the creator gives a device a role, which takes the news with it, and then another two.
  const device = await Device.open(t, made)
  await device.writeOwnership()
  await creator.writeRole(device.deviceId, 'member')
  const late = await Phone.connect(t, hub.peers.port, made, device)
  const copy = await late.openCore(auth.key)
  const [here, there] = [auth.replicate(true), copy.replicate(false)]
  here.pipe(there).pipe(here)
  await copy.download({ start: 0, end: auth.length }).done()
  here.destroy()
  const news = auth.length
  for (const index of [0, 1]) await creator.writeRole(hexOf(randomBytes(32)) as DeviceId, 'member', index)

  // The hub asks the creator first. The answer comes when the device has said that it is not quite as far.
  const again = await Phone.connect(t, hub.peers.port, made, creator)
  const held = holdAnswers(auth)
  await again.openProject()
  await held.asked
  await late.openProject()
  await until(() => core.peers.some(({ remoteLength }) => remoteLength === news))
  held.release()
  while (core.contiguousLength < auth.length) await again.listen()
  for (let time = 0; time < 3; time++) {
    await hub.sync.refresh()
    await late.listen()
  }
  t.equal(copy.length, auth.length)
})

/** Keeps back what a core answers to whoever opens it next. */
function holdAnswers(core: Hypercore): { asked: Promise<void>; release: () => void } {
  let release = () => {}
  const asked = new Promise<void>((resolve) => {
    core.once('peer-add', (peer) => {
      const { wireData } = peer as unknown as { wireData: { send(message: object): void } }
      const send = wireData.send.bind(wireData)
      const held: object[] = []
      wireData.send = (message) => {
        held.push(message)
        resolve()
      }
      release = () => {
        wireData.send = send
        for (const message of held) send(message)
      }
    })
  })
  return { asked, release: () => release() }
}

t.test('a device that has not opened a core is told ahead what came to it', async (t) => {
  const camp = await openCamp(t)
  const { phone } = await join(t, camp)
  await until(() => phone.toldOf(camp.creator.cores.data) === 3)
  await camp.creator.cores.data.append(Buffer.from('four'))
  await until(() => camp.hub.project.cores.of(camp.creator.deviceId, 'data')?.core.length === 4)
  await until(() => camp.hub.project.cores.of(camp.creator.deviceId, 'data')?.core.contiguousLength === 4)
  await camp.hub.sync.refresh()
  await until(() => phone.toldOf(camp.creator.cores.data) === 4)
  t.equal(phone.toldOf(camp.creator.cores.data), 4)
})

t.test('a file index is read when its photos are open, and is no news until then', async (t) => {
  const camp = await openCamp(t)
  const { hub, creator } = camp
  const late = await Device.open(t, camp.made)
  await late.writeOwnership()
  const index = await hub.project.cores.add({ key: late.keyOf('blobIndex'), namespace: 'blobIndex' })
  let changes = 0
  hub.sync.on('core-changed', (core) => (changes += core === index ? 1 : 0))
  for (let look = 0; look < 3; look++) await hub.sync.refresh()
  t.equal(changes, 1, 'what did not change is not counted anew at each look')

  await creator.writeRole(late.deviceId, 'member')
  const phone = await Phone.connect(t, hub.peers.port, camp.made, late)
  await phone.openProject()
  phone.exchange()
  await until(() => hub.project.cores.of(late.deviceId, 'blob') !== undefined)
  const blob = hub.project.cores.of(late.deviceId, 'blob')
  await hub.sync.refresh()
  t.ok(blob && hub.sync.of(blob))
})

t.test(
  'a member for whom there is no memory is hung up on before anything is exchanged with it',
  async (t) => {
    const room = BYTES_OF_HUB + LEAST_BYTES_OF_MEMBERS
    const camp = await openCamp(t, undefined, room)
    const { hub, creator } = camp
    const [ana] = hub.peers.connected.values()
    t.ok(ana?.place.take('a large one', LEAST_BYTES_OF_MEMBERS / BYTES_OF_CORE), 'alone it has room')
    const late = await Device.open(t, camp.made)
    await late.writeOwnership()
    await creator.writeRole(late.deviceId, 'member')
    const turnedAway = await Phone.connect(t, hub.peers.port, camp.made, late)
    // It may be hung up on before it has heard anything, or after its core was fetched, which tells whose it is.
    await turnedAway.openProject().catch(() => {})
    turnedAway.exchange()
    await until(() => turnedAway.line.socket.destroyed)
    t.notOk(
      hub.project.cores.all().some(({ core }) => core.peers.some(({ protomux }) => protomux !== ana?.mux))
    )
    t.ok(hub.sessionOf(creator))

    ana?.place.take('a large one', 0)
    const again = await turnedAway.comeAgain(t, hub.peers.port)
    await again.openProject()
    again.exchange()
    const { discoveryKey } = creator.cores.data
    await until(() => again.offered.has(hexOf(discoveryKey)))
  }
)

t.test('an app that closes the project and opens it again is told everything again', async (t) => {
  const camp = await openCamp(t)
  const { phone } = await join(t, camp)
  await until(() => phone.toldOf(camp.creator.cores.data) === 3)
  phone.closeProject()
  await phone.listen()
  phone.haves.length = phone.keysTold.length = phone.intents.length = 0
  await phone.openProject()
  await until(() => phone.keysTold.length > 0 && phone.toldOf(camp.creator.cores.data) === 3)
  t.ok(phone.keysTold[0]?.includes(camp.creator.keyOf('auth')))
  t.equal(camp.hub.sync.sessions().length, 2, 'it is the same session')
})

t.test('a session ends when its device goes, and what it named without proof goes too', async (t) => {
  const camp = await openCamp(t)
  const ended: string[] = []
  camp.hub.sync.on('session-ended', ({ peer }) => ended.push(peer.deviceId))
  const { device, phone } = await join(t, camp, null)
  await until(() => camp.hub.project.members.ownerOf(device.keyOf('auth')) === device.deviceId)
  const dropped = new Promise<string>((resolve) =>
    camp.hub.project.unproven.once('closing', ({ key }) => resolve(key))
  )
  phone.line.socket.destroy()
  t.equal(await dropped, device.keyOf('auth'))
  t.same(ended, [device.deviceId])
  t.equal(camp.hub.sessionOf(device), undefined)
})

t.test('a member with two histories of one core does not keep the others from the project', async (t) => {
  const camp = await openCamp(t)
  const { device, phone } = await join(t, camp)
  const { hub, creator } = camp
  await until(() => hub.project.cores.of(device.deviceId, 'data')?.core.contiguousLength === 1)
  const held = hub.project.cores.of(device.deviceId, 'data')
  const conflict = new Promise((resolve) => hub.sync.once('conflict', resolve))
  // The same key in another store, with another first block.
  const twin = await device.openTwin(t, 'data')
  await twin.append([Buffer.from('another'), Buffer.from('history')])
  phone.line.socket.destroy()
  const again = await Phone.connect(t, hub.peers.port, camp.made, device)
  await again.openProject()
  twin.replicate(again.line.mux)
  t.equal(await conflict, held, 'it is told whose core it is')
  const { phone: other } = await join(t, camp)
  const data = await other.openCore(creator.cores.data.key)
  t.ok(await data.get(2), 'a member that connects after it gets what there is')
  await hub.sync.refresh()
  t.ok(hub.sessionOf(other.device))
})

t.test('everybody is left with the connection alone when the project is closed', async (t) => {
  const camp = await openCamp(t)
  const { phone } = await join(t, camp)
  const data = await phone.openCore(camp.creator.cores.data.key)
  await until(() => data.peers.length === 1)
  await camp.hub.sync.close()
  await until(() => data.peers.length === 0)
  await phone.listen()
  t.notOk(phone.line.socket.destroyed)
  t.same(camp.hub.sync.sessions(), [])
})

t.test('while the card is full roles are taken in and documents are not, until there is room', async (t) => {
  const { made, hub, creator } = await openCamp(t)
  const heldOf = (device: Device, namespace: Namespace) =>
    hub.project.cores.of(device.deviceId, namespace)?.core.contiguousLength ?? 0
  hub.sync.admit({ ...TAKE_ALL, documents: false })
  await creator.cores.data.append(Buffer.from('while it is full'))
  // The role comes over the same connection after the document was told.
  const { device } = await join(t, { made, hub, creator } as Camp)
  await until(() => hub.project.members.proven().includes(device.deviceId))
  t.equal(heldOf(creator, 'data'), 3)
  hub.sync.admit(TAKE_ALL)
  await until(() => heldOf(creator, 'data') === 4)
  t.pass('what had to wait comes by itself')
})
