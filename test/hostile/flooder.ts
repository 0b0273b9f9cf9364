import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type SecretStream from '@hyperswarm/secret-stream'
import { STRANGER_LIMITS } from '../../service/peers/peer-limits.ts'
import { MAX_SOCKETS_PER_ADDRESS } from '../../service/peers/peers.ts'
import { encodeProjectExtension } from '../../service/wire/project-extension.ts'
import { projectInviteIdOf } from '../../service/wire/project-keys.ts'
import type { ReachableHub } from '../support/camp.ts'
import type { DeviceOwner } from '../support/device-owner.ts'
import { connectSocket, dial, dialSilently } from '../unit/peers/device.ts'
import { Intruder, type Insight } from './intruder.ts'

/** Each has as many open at a time as one address may have; together they want more than the hub has places. */
const ADDRESSES = ['127.0.0.66', '127.0.0.67', '127.0.0.68', '127.0.0.69']
const AT_ONCE = MAX_SOCKETS_PER_ADDRESS
/** So many connections a flood keeps open. */
export const OPEN_AT_ONCE = ADDRESSES.length * AT_ONCE

const socketOf = (stream: SecretStream) => (stream as unknown as { rawStream: Socket }).rawStream

/** Each opens one connection from an address, does its worst, and leaves it open. */
function attacks(
  owner: DeviceOwner,
  hub: ReachableHub,
  insight: Insight
): ((from: string) => Promise<Socket>)[] {
  const { port } = hub.address
  return [
    async (from) => {
      const socket = await connectSocket(owner, port, from)
      socket.write(randomBytes(2_000))
      return socket
    },
    (from) => connectSocket(owner, port, from),
    // A frame as long as a stranger's may be, all but its last byte.
    async (from) => {
      const stream = await dialSilently(owner, port, { from })
      const length = STRANGER_LIMITS.frameBytes
      socketOf(stream).write(Buffer.of(length & 0xff, (length >> 8) & 0xff, length >> 16))
      socketOf(stream).write(Buffer.alloc(length - 1, 7))
      return socketOf(stream)
    },
    async (from) => {
      const { rpc, socket } = await dial(owner, port, { from })
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
      const { mux, socket } = await dial(owner, port, { from })
      for (let time = 0; time < 500; time++) {
        mux.createChannel({ protocol: 'hypercore/alpha', id: randomBytes(32) })?.open()
      }
      return socket
    },
    // Whoever knows the project: made-up members, and made-up possessions.
    async (from) => {
      const thief = await Intruder.make(owner, insight)
      const { phone } = await thief.dial(owner, hub, from)
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

/** Opens so many connections, of all kinds in turn, and closes them all at the end. Those that are turned away count as well. */
export async function flood(
  owner: DeviceOwner,
  hub: ReachableHub,
  insight: Insight,
  connections: number
): Promise<void> {
  const kinds = attacks(owner, hub, insight)
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
