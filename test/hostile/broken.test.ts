import c from 'compact-encoding'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { RPC_TYPES } from '../../service/wire/rpc.ts'
import { goOnline, makeCamp } from '../support/camp.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { statusOf } from '../support/hub-status.ts'
import { Random } from '../support/random.ts'
import { connectSocket, dialSilently } from '../unit/peers/device.ts'
import type { Phone } from '../unit/sync/phone.ts'
import { Insight, Intruder } from './intruder.ts'

// SEED=… repeats the choices.
const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE())
const random = new Random(seed)
const someBytes = (below: number) => randomBytes(1 + random.below(below))

const lengthOf = (bytes: number) => Buffer.of(bytes & 0xff, (bytes >> 8) & 0xff, bytes >> 16)
const open = (id: number, protocol: string, key: Buffer | null, handshake = Buffer.alloc(0)) =>
  Buffer.concat([
    Buffer.of(0, 1),
    c.encode(c.uint, id),
    c.encode(c.string, protocol),
    c.encode(c.optionalBuffer, key),
    handshake
  ])

/** What is sent before anybody has proved who he is. */
const BEFORE_THE_HANDSHAKE: [string, () => Buffer][] = [
  ['noise', () => someBytes(4_000)],
  ['a web browser', () => Buffer.from('GET / HTTP/1.1\r\nHost: waystation.local\r\n\r\n')],
  ['the longest frame there is', () => Buffer.concat([lengthOf(0xffffff), someBytes(4_000)])],
  ['frames of no length', () => Buffer.alloc(3_000)],
  ['a first message of zeros', () => Buffer.concat([lengthOf(32), Buffer.alloc(32)])]
]

/** What is sent, encrypted as it should be, to the multiplexer. */
const AFTER_THE_HANDSHAKE: [string, () => Buffer][] = [
  ['noise', () => someBytes(60_000)],
  ['nothing', () => Buffer.alloc(0)],
  ['a frame that no stranger needs', () => Buffer.alloc(600 * 1024)],
  ['batches within batches', () => Buffer.alloc(200_000)],
  ['a channel that skips numbers', () => open(9_999, 'mapeo/rpc', null)],
  ['the control channel as a channel', () => open(0, 'mapeo/rpc', null)],
  ['a channel with a very long name', () => open(1, 'x'.repeat(400_000), randomBytes(32))],
  ['a message on a channel that is not open', () => Buffer.of(77, 3, 1, 2, 3)],
  ['a rejection of what nobody asked for', () => Buffer.of(0, 2, 99)],
  ['a control message that there is not', () => Buffer.of(0, 44, 1, 2)],
  ...RPC_TYPES.map((type, index): [string, () => Buffer] => [
    `an unreadable ${type ?? 'message without a type'}`,
    () => {
      const payload = Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, index), someBytes(3_000)])
      const opening = open(1, 'mapeo/rpc', null).subarray(1)
      const part = (channel: number, message: Buffer) =>
        Buffer.concat([Buffer.of(0), c.encode(c.uint, channel), c.encode(c.buffer, message)])
      return Buffer.concat([Buffer.of(0, 0, 0), part(0, opening), part(1, payload.subarray(1))])
    }
  ])
]

/** internal to hypercore: what can be said on the channel of a core. */
interface Sender {
  channel: { messages: { encoding: unknown; type: number }[]; _localId: number }
  wireSync: { send(message: object): void }
  wireRequest: { send(message: object): void }
  wireWant: { send(message: object): void }
  wireRange: { send(message: object): void }
  wireBitfield: { send(message: object): void }
  wireExtension: { send(message: object): void }
}

const sync = { fork: 0, length: 0, remoteLength: 0, canUpgrade: true, uploading: true, downloading: true }

/** What somebody says who holds the key of the project, on the channel of the core that he knows. */
const ON_A_CORE: [string, (says: Sender, phone: Phone) => void][] = [
  ['blocks without end', (says) => says.wireRange.send({ drop: false, start: 1, length: 2 ** 52 })],
  ['a bit far beyond all', (says) => says.wireRange.send({ drop: false, start: 2 ** 52, length: 1 })],
  ['a core of any length', (says) => says.wireSync.send({ ...sync, length: 2 ** 52 })],
  ['another history', (says) => says.wireSync.send({ ...sync, fork: 7, length: 1_000 })],
  ['what he wants, without end', (says) => says.wireWant.send({ start: 0, length: 2 ** 52, any: false })],
  [
    'requests of what there is not',
    (says) => {
      for (let id = 1; id < 200; id++) {
        says.wireRequest.send({ id, fork: 0, block: { index: 2 ** 40 + id, nodes: 0 } })
        says.wireRequest.send({ id, fork: 0, upgrade: { start: 2 ** 40, length: 1 } })
        says.wireRequest.send({ id, fork: 0, seek: { bytes: 2 ** 50, padding: 0 } })
      }
    }
  ],
  [
    'bits that alternate, on every page',
    (says) => {
      const bitfield = new Uint32Array(1024).fill(0xaaaaaaaa)
      for (let page = 0; page < 2_000; page++) says.wireBitfield.send({ start: page * 32_768, bitfield })
    }
  ],
  ...['mapeo/project', 'mapeo/have', 'mapeo/download-intent', 'mapeo/unheard-of'].map(
    (name): [string, (says: Sender) => void] => [
      `an unreadable ${name}`,
      (says) => {
        for (let time = 0; time < 50; time++) says.wireExtension.send({ name, message: someBytes(500) })
      }
    ]
  ),
  [
    'messages of noise',
    ({ channel }, { line }) => {
      for (let time = 0; time < 300; time++) {
        const type = random.below(12)
        line.stream.write(
          Buffer.concat([c.encode(c.uint, channel._localId), c.encode(c.uint, type), someBytes(80)])
        )
      }
    }
  ]
]

/** The same process as before still answers everybody. */
async function isWell(hub: HubProcess, pid: number | undefined): Promise<boolean> {
  const { status } = await fetch(`${hub.url}/api/health`)
  return status === 200 && hub.pid === pid && process.kill(hub.pid ?? 0, 0)
}

/** Resolves when the hub has read what was said, or has hung up. */
async function readAll(socket: Socket, hub: HubProcess): Promise<void> {
  while (!socket.destroyed && socket.writableLength > 0) await statusOf(hub)
  for (let time = 0; time < 3; time++) await statusOf(hub)
}

t.test(`a hub bears whatever is sent to it, and goes on (seed ${seed})`, async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], { hub: { built: true } })
  const [ana, ben] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const { pid, address } = hub
  const goesOn = async (t: Test, what: string) => t.ok(await isWell(hub, pid), what)
  const insight = new Insight(await ben.phone.joinDetails())

  await t.test('before the handshake', async (t) => {
    for (const [what, bytes] of BEFORE_THE_HANDSHAKE) {
      const socket = await connectSocket(t, address.port)
      socket.resume()
      socket.write(bytes())
      await readAll(socket, hub)
      socket.destroy()
      await goesOn(t, what)
    }
  })

  await t.test('after the handshake', async (t) => {
    for (const [what, bytes] of AFTER_THE_HANDSHAKE) {
      const stream = await dialSilently(t, address.port)
      stream.resume()
      stream.write(bytes())
      const { rawStream } = stream as unknown as { rawStream: Socket }
      await readAll(rawStream, hub)
      stream.destroy()
      await goesOn(t, what)
    }
  })

  await t.test('on the channel of a core', async (t) => {
    const thief = await Intruder.make(t, insight)
    for (const [what, say] of ON_A_CORE) {
      const { phone } = await thief.dial(t, hub)
      await phone.openProject()
      const creatorCore = await phone.openCore(insight.made.details.projectKey)
      const [says] = creatorCore.peers as unknown as Sender[]
      if (says === undefined) return t.fail('the channel is not open')
      say(says, phone)
      await readAll(phone.line.socket, hub)
      const hungUp = phone.line.closed
      phone.line.socket.destroy()
      await hungUp
      await goesOn(t, what)
    }
  })

  await t.test('in what a member writes', async (t) => {
    const mallory = await Intruder.make(t, insight)
    const { device } = mallory
    await ana.project.assignRole(device.deviceId, 'member')
    const { auth, config, data, blobIndex, blob } = device.cores
    await auth.append([
      device.role(device.deviceId, 'coordinator'),
      device.ownership(),
      ...Array.from({ length: 20 }, () => someBytes(300))
    ])
    for (const core of [config, data, blobIndex]) {
      await core.append(Array.from({ length: 100 }, () => someBytes(2_000)))
    }
    await data.append([randomBytes(2 * 1024 * 1024), Buffer.alloc(0), Buffer.alloc(1)])
    await blob.append(randomBytes(70_000))
    const { phone } = await mallory.dial(t, hub)
    await phone.openProject()
    phone.exchange()
    await hubHolds(phone, [auth, config, data, blobIndex, blob])
    await goesOn(t, 'noise in every core')
    const member = (await office.members(projectId)).find(({ id }) => id === device.deviceId)
    t.not(member?.role, 'coordinator', 'nor does the hub believe what one writes of oneself')
  })

  const taken = await ana.project.observeMany(3, { photos: 1 })
  await ben.project.waitForVersions(taken)
  // A phone that reads the noise in that file index asks for no photo of anybody any more. The hub does.
  for (const photo of taken.flatMap(({ photos }) => photos)) {
    t.ok(
      await office.until(
        'the photo',
        async () => (await office.photo(projectId, photo, 'original')) ?? undefined
      )
    )
  }
  t.same(
    hub.log.filter(({ level }) => level >= 50).map(({ msg }) => msg),
    [],
    'nothing of it was an error of the hub'
  )
})

async function hubHolds(phone: Phone, cores: Phone['device']['cores'][keyof Phone['device']['cores']][]) {
  const heldOf = (core: (typeof cores)[number]) =>
    core.peers.find(({ protomux }) => protomux === phone.line.mux)?.remoteContiguousLength ?? 0
  while (cores.some((core) => heldOf(core) < core.length)) {
    if (phone.line.socket.destroyed) throw new Error('The hub hung up')
    await phone.listen()
  }
}
