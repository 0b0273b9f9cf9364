import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type SecretStream from '@hyperswarm/secret-stream'
import t, { type Test } from 'tap'
import { STRANGER_LIMITS } from '../../service/peers/peer-limits.ts'
import { MAX_SOCKETS_PER_ADDRESS } from '../../service/peers/peers.ts'
import { encodeProjectExtension } from '../../service/wire/project-extension.ts'
import { projectInviteIdOf } from '../../service/wire/project-keys.ts'
import { goOnline, makeCamp } from '../support/camp.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { connectSocket, dial, dialSilently } from '../unit/peers/device.ts'
import { Insight, Intruder } from './intruder.ts'

/** FLOOD=10000 makes so many connections. */
const CONNECTIONS = Number(process.env['FLOOD'] ?? 600)
/** Each has as many open at a time as one address may have; together they want more than the hub has places. */
const ADDRESSES = ['127.0.0.66', '127.0.0.67', '127.0.0.68', '127.0.0.69']
const AT_ONCE = MAX_SOCKETS_PER_ADDRESS
const MEBIBYTE = 1024 * 1024
/** Over what it had before; and what the second flood may add to the first, which is how much two moments differ. */
const MAX_GROWTH_BYTES = 48 * MEBIBYTE
const MAX_ADDED_BYTES = 16 * MEBIBYTE

/** Resident memory of the hub: now, and the most since {@link forgetPeak}. */
async function memoryOf(hub: HubProcess): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${hub.pid}/status`, 'utf8')
  const bytesOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
  return { now: bytesOf('VmRSS'), peak: bytesOf('VmHWM') }
}

async function forgetPeak(hub: HubProcess): Promise<void> {
  await writeFile(`/proc/${hub.pid}/clear_refs`, '5')
}

const socketOf = (stream: SecretStream) => (stream as unknown as { rawStream: Socket }).rawStream

/** Each opens one connection from an address, does its worst, and leaves it open. */
function attacks(t: Test, hub: HubProcess, insight: Insight): ((from: string) => Promise<Socket>)[] {
  const { port } = hub.address
  return [
    async (from) => {
      const socket = await connectSocket(t, port, from)
      socket.write(randomBytes(2_000))
      return socket
    },
    (from) => connectSocket(t, port, from),
    // A frame as long as a stranger's may be, all but its last byte.
    async (from) => {
      const stream = await dialSilently(t, port, { from })
      const length = STRANGER_LIMITS.frameBytes
      socketOf(stream).write(Buffer.of(length & 0xff, (length >> 8) & 0xff, length >> 16))
      socketOf(stream).write(Buffer.alloc(length - 1, 7))
      return socketOf(stream)
    },
    async (from) => {
      const { rpc, socket } = await dial(t, port, { from })
      for (let time = 0; time < 20; time++) {
        rpc.send('DeviceInfo', { name: randomBytes(30).toString('hex'), deviceType: 'mobile', features: [] })
        rpc.send('Invite', {
          inviteId: randomBytes(32),
          projectInviteId: projectInviteIdOf(randomBytes(32)),
          projectName: randomBytes(30).toString('hex'),
          roleName: 'Participant',
          invitorName: 'Mallory',
          sendStats: false,
          invitorWroteDeviceInfo: false
        })
      }
      return socket
    },
    async (from) => {
      const { mux, socket } = await dial(t, port, { from })
      for (let time = 0; time < 500; time++) {
        mux.createChannel({ protocol: 'hypercore/alpha', id: randomBytes(32) })?.open()
      }
      return socket
    },
    // Whoever knows the project: made-up members, and made-up possessions.
    async (from) => {
      const thief = await Intruder.make(t, insight)
      const { phone } = await thief.dial(t, hub, from)
      await phone.openProject().catch(() => {}) // it may have been its turn to give way
      const creatorCore = await phone.openCore(insight.made.details.projectKey)
      const keys = Array.from({ length: 500 }, () => randomBytes(32))
      const extension = { name: 'mapeo/project', message: encodeProjectExtension(keys) }
      const [says] = creatorCore.peers as unknown as {
        wireExtension: { send(message: object): void }
        wireBitfield: { send(message: object): void }
      }[]
      says?.wireExtension.send(extension)
      for (let page = 0; page < STRANGER_LIMITS.toldPages; page++) {
        const bitfield = new Uint32Array(1024).fill(0xaaaaaaaa)
        says?.wireBitfield.send({ start: page * 32_768, bitfield })
      }
      return phone.line.socket
    }
  ]
}

async function flood(t: Test, hub: HubProcess, insight: Insight, connections: number): Promise<void> {
  const kinds = attacks(t, hub, insight)
  const floodFrom = async (from: string, first: number) => {
    const open: Socket[] = []
    for (let made = first; made < connections; made += ADDRESSES.length) {
      const attack = kinds[Math.floor(made / ADDRESSES.length) % kinds.length] as (typeof kinds)[number]
      const socket = await attack(from).catch(() => null) // turned away
      if (socket === null) continue
      socket.on('error', () => {})
      socket.resume()
      open.push(socket)
      if (open.length >= AT_ONCE) open.shift()?.destroy()
    }
    for (const socket of open) socket.destroy()
  }
  await Promise.all(ADDRESSES.map(floodFrom))
}

t.test(`${CONNECTIONS} hostile connections do not make the hub grow, nor keep phones out`, async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], { hub: { built: true } })
  const [ana, ben] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const insight = new Insight(await ben.phone.joinDetails())
  const inMebibytes = (bytes: number) => `${Math.round(bytes / MEBIBYTE)} MiB`

  /** @returns the most memory that the hub had while it was flooded */
  const peakOfFlood = async (): Promise<number> => {
    await forgetPeak(hub)
    const flooded = flood(t, hub, insight, CONNECTIONS)
    for (let time = 0; time < 3; time++) {
      const taken = await ana.project.observe({ photos: 1 })
      await ben.project.waitForVersions([taken])
      await ben.project.waitForPhotos(taken.photos, 'original')
    }
    await ben.phone.disconnect()
    await goOnline(ben, hub)
    const late = await ana.project.observe()
    await ben.project.waitForVersions([late])
    t.pass('phones exchange meanwhile, and one comes back in')
    await flooded
    const { now, peak } = await memoryOf(hub)
    t.comment(`after a flood ${inMebibytes(now)}, at most ${inMebibytes(peak)}`)
    return peak
  }

  // What the engine sets aside for work that it has not done before is not growth: some of each comes first.
  await flood(t, hub, insight, 2 * ADDRESSES.length * AT_ONCE)
  const before = (await memoryOf(hub)).now
  t.comment(`before ${inMebibytes(before)}`)
  const first = await peakOfFlood()
  const second = await peakOfFlood()
  for (const peak of [first, second]) {
    t.ok(peak - before <= MAX_GROWTH_BYTES, `grew by ${inMebibytes(peak - before)}`)
  }
  t.ok(second - first <= MAX_ADDED_BYTES, 'and a second flood adds nothing')
  t.equal((await fetch(`${hub.url}/api/health`)).status, 200)
})
