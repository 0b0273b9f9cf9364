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
import { statusOf } from '../support/hub-status.ts'
import { connectSocket, dial, dialSilently } from '../unit/peers/device.ts'
import { Insight, Intruder } from './intruder.ts'

/** FLOOD=10000 makes so many connections. */
const CONNECTIONS = Number(process.env['FLOOD'] ?? 600)
/** As many at a time as one address may have. */
const AT_ONCE = MAX_SOCKETS_PER_ADDRESS
const ADDRESS = '127.0.0.66'
const MEBIBYTE = 1024 * 1024
const MAX_GROWTH_BYTES = 64 * MEBIBYTE

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

/** Each opens one connection, does its worst, and leaves it open. */
function attacks(t: Test, hub: HubProcess, insight: Insight): (() => Promise<Socket>)[] {
  const { port } = hub.address
  const anybody = () => dial(t, port, { from: ADDRESS })
  return [
    async () => {
      const socket = await connectSocket(t, port, ADDRESS)
      socket.write(randomBytes(2_000))
      return socket
    },
    () => connectSocket(t, port, ADDRESS),
    // A frame as long as a stranger's may be, all but its last byte.
    async () => {
      const stream = await dialSilently(t, port, { from: ADDRESS })
      const length = STRANGER_LIMITS.frameBytes
      socketOf(stream).write(Buffer.of(length & 0xff, (length >> 8) & 0xff, length >> 16))
      socketOf(stream).write(Buffer.alloc(length - 1, 7))
      return socketOf(stream)
    },
    async () => {
      const { rpc, socket } = await anybody()
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
    async () => {
      const { mux, socket } = await anybody()
      for (let time = 0; time < 500; time++) {
        mux.createChannel({ protocol: 'hypercore/alpha', id: randomBytes(32) })?.open()
      }
      return socket
    },
    // Whoever knows the project: made-up members, and made-up possessions.
    async () => {
      const thief = await Intruder.make(t, insight)
      const { phone } = await thief.dial(t, hub, ADDRESS)
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
  const open: Socket[] = []
  const kinds = attacks(t, hub, insight)
  for (let made = 0; made < connections; made++) {
    const attack = kinds[made % kinds.length] as (typeof kinds)[number]
    const socket = await attack().catch(() => null) // turned away
    if (socket === null) continue
    socket.on('error', () => {})
    socket.resume()
    open.push(socket)
    if (open.length >= AT_ONCE) open.shift()?.destroy()
    if (made % AT_ONCE === 0) await statusOf(hub)
  }
  for (const socket of open) socket.destroy()
}

t.test(`${CONNECTIONS} hostile connections do not make the hub grow, nor keep phones out`, async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], { hub: { built: true } })
  const [ana, ben] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const insight = new Insight(await ben.phone.joinDetails())
  // What the engine sets aside for work that it has not done before is not growth: one of each comes first.
  await flood(t, hub, insight, 4 * AT_ONCE)
  const before = await memoryOf(hub)
  await forgetPeak(hub)

  const flooded = flood(t, hub, insight, CONNECTIONS)
  for (let time = 0; time < 5; time++) {
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

  const after = await memoryOf(hub)
  const inMebibytes = (bytes: number) => `${Math.round(bytes / MEBIBYTE)} MiB`
  t.comment(
    `before ${inMebibytes(before.now)}, after ${inMebibytes(after.now)}, at most ${inMebibytes(after.peak)}`
  )
  t.ok(after.peak - before.now <= MAX_GROWTH_BYTES, `grew by ${inMebibytes(after.peak - before.now)}`)
  t.equal((await fetch(`${hub.url}/api/health`)).status, 200)
})
