import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Protomux from 'protomux'
import SecretStream from '@hyperswarm/secret-stream'
import { pino } from 'pino'
import { RpcChannel, type RpcReceived } from '../../../service/peers/rpc-channel.ts'
import { closeOf } from '../../support/close-of.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import type { DeviceOwner } from '../../support/device-owner.ts'

export type KeyPair = ReturnType<typeof generateKeyPair>

/** One end of a connection, as any device has it. */
export interface Line {
  readonly socket: Socket
  readonly stream: SecretStream
  readonly mux: Protomux
  readonly rpc: RpcChannel
  /** What the hub said, in order. */
  readonly heard: RpcReceived[]
  /** Resolves when the connection has gone. */
  readonly closed: Promise<void>
}

/** A plain TCP connection to the hub that says nothing by itself. */
export async function connectSocket(t: DeviceOwner, port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  socket.on('error', () => {}) // every error ends in "close"
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

export interface Dialer {
  keyPair?: KeyPair
  /** Its address. */
  from?: string
  /** Is given each message that the hub sends, before anybody else sees it. */
  onMessage?: (message: Buffer) => void
}

/** Dials the hub as a phone does, up to the end of the handshake, and speaks the `mapeo/rpc` channel. */
export async function dial(t: DeviceOwner, port: number, dialer: Dialer = {}): Promise<Line> {
  const stream = await dialSilently(t, port, dialer)
  if (dialer.onMessage !== undefined) stream.on('data', dialer.onMessage)
  const mux = new Protomux(stream)
  const rpc = new RpcChannel({ mux, logger: pino({ level: 'silent' }) })
  const heard: RpcReceived[] = []
  rpc.on('message', (received) => heard.push(received))
  rpc.open()
  const socket = socketOf(stream)
  return { socket, stream, mux, rpc, heard, closed: closeOf(socket) }
}

/** Does the handshake and then neither speaks nor answers. Rejects when the hub does not let it. */
export async function dialSilently(t: DeviceOwner, port: number, dialer: Dialer = {}): Promise<SecretStream> {
  const { keyPair = generateKeyPair(), from = '127.0.0.1' } = dialer
  const stream = new SecretStream(true, await connectSocket(t, port, from), { keyPair })
  stream.on('error', () => {})
  if (!(await stream.opened)) throw new Error('Handshake failed')
  return stream
}

/** @returns two key pairs, the one with the smaller public key first */
export function sortedKeyPairs(): [KeyPair, KeyPair] {
  const pairs: [KeyPair, KeyPair] = [generateKeyPair(), generateKeyPair()]
  return Buffer.compare(pairs[0].publicKey, pairs[1].publicKey) < 0 ? pairs : [pairs[1], pairs[0]]
}

function socketOf(stream: SecretStream): Socket {
  // The stream keeps its socket under this name; its types do not say so.
  return (stream as unknown as { rawStream: Socket }).rawStream
}
