import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { shortId, type DeviceId } from '../ids.ts'
import { mostCrowded } from '../most-crowded.ts'
import { privateIPv4 } from '../private-address.ts'
import { Resource } from '../resource.ts'
import { judgeDuplicate, type Direction } from './duplicate-rule.ts'
import { MemberPlaces } from './member-places.ts'
import { Peer, type DeviceInfo } from './peer.ts'
import { SecureConnection } from './secure-connection.ts'
import { StrangerBudget } from './stranger-budget.ts'
import { Turns } from './turns.ts'

/** Sockets open at once, handshaken or not. A hub's Wi-Fi has room for far fewer phones. */
export const MAX_SOCKETS = 128
/** Of them from one address. A phone has one, for a moment two; tests and a desktop behind a router have more. */
export const MAX_SOCKETS_PER_ADDRESS = 32
/**
 * Handshakes that devices which dial may begin in a second: with what each connection costs besides, a quarter of a core of a small
 * board. All places may be taken at once, as after a power cut.
 */
export const HANDSHAKES_PER_SECOND = 20
/** How long a second connection dialed by the same device is held before the first one is given up. */
export const HOLD_DUPLICATE_MS = 1_000

interface PeersEvents {
  connected: [peer: Peer]
  /** It said what it is called, for the first time or anew. */
  introduced: [peer: Peer]
  disconnected: [peer: Peer]
  /** Another machine on the network has this hub's identity: its card was copied, and both are in use. */
  'copy-met': []
  /** The memory does not suffice for all members at once, and one was hung up on. */
  'gave-way': []
}

/** Everyone the hub is connected to: exactly one encrypted connection per device. */
export class Peers extends Resource<PeersEvents> {
  readonly #keyPair: { publicKey: Buffer; secretKey: Buffer }
  readonly #requestedPort: number
  readonly #ownInfo: () => DeviceInfo
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  // Those that phones dialed and that have not proved who they are, the oldest first.
  readonly #unproven = new Set<Socket>()
  readonly #peers = new Map<DeviceId, Peer>()
  readonly #strangers = new StrangerBudget()
  readonly #members: MemberPlaces
  readonly #handshakes: Turns
  // One admission at a time per device, so that two connections of one device never overtake each other.
  readonly #admissions = new Map<DeviceId, Promise<void>>()

  /**
   * @param parts.port TCP port to listen on for phones; 0 lets the system choose
   * @param parts.memoryBytes that the whole hub may take
   */
  constructor(parts: {
    keyPair: { publicKey: Buffer; secretKey: Buffer }
    port: number
    ownInfo: () => DeviceInfo
    memoryBytes: number
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#members = new MemberPlaces(parts)
    this.#members.on('gave-way', () => this.emit('gave-way'))
    this.#keyPair = parts.keyPair
    this.#requestedPort = parts.port
    this.#ownInfo = parts.ownInfo
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#handshakes = new Turns({
      clock: parts.clock,
      perSecond: HANDSHAKES_PER_SECOND,
      atOnce: MAX_SOCKETS
    })
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket))
  }

  /** The TCP port that phones dial. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get connected(): ReadonlyMap<DeviceId, Peer> {
    return this.#peers
  }

  /** Connects to a device. Resolves when the connection was taken or turned away; rejects when none came about. */
  async dial(to: { address: string; port: number }): Promise<void> {
    const socket = connect({ host: to.address, port: to.port })
    this.#track(socket)
    const givenUp = new AbortController()
    socket.once('close', () => givenUp.abort()) // without an error when the hub stops meanwhile
    await once(socket, 'connect', { signal: givenUp.signal })
    await this.#secure(socket, 'outgoing')
  }

  /** Tells every connected device what the hub is called now. */
  announceOwnInfo(): void {
    for (const peer of this.#peers.values()) peer.send('DeviceInfo', this.#ownInfo())
  }

  protected override async _open() {
    this.#server.listen(this.#requestedPort, '0.0.0.0')
    await once(this.#server, 'listening')
    // Running out of file descriptors is reported here; the next phone may have better luck.
    this.#server.on('error', (err) => this.#logger.error({ err }, 'accepting connections failed'))
  }

  protected override async _close() {
    const closed = this.#server.listening ? once(this.#server, 'close') : Promise.resolve()
    this.#server.close()
    const gone = [...this.#peers.values()].map(({ closed }) => closed)
    for (const peer of this.#peers.values()) peer.disconnect('The hub is stopping')
    for (const socket of this.#sockets) socket.destroy()
    this.#handshakes.stop()
    await closed
    await Promise.all(this.#admissions.values())
    // Whoever keeps an account of them has closed it then.
    await Promise.all(gone)
  }

  #accept(socket: Socket): void {
    if (!this.#makeRoomFor(socket)) {
      this.#logger.warn({ sockets: this.#sockets.size }, 'too many connections: one turned away')
      socket.destroy()
      return
    }
    this.#track(socket)
    this.#unproven.add(socket)
    this.#secureInTurn(socket)
      .catch((err: unknown) => this.#logger.debug({ err }, 'connection did not come about'))
      .finally(() => this.#unproven.delete(socket))
  }

  async #secureInTurn(socket: Socket): Promise<void> {
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    if (await this.#handshakes.turn(socket.remoteAddress ?? '', gone)) await this.#secure(socket, 'incoming')
  }

  /**
   * Where all places are taken, somebody gives way: neither sockets that are opened and left silent nor devices that are in no
   * project keep those out that are.
   * @returns whether there is room
   */
  #makeRoomFor(socket: Socket): boolean {
    const { remoteAddress } = socket
    const neighbours = [...this.#sockets].filter((other) => other.remoteAddress === remoteAddress)
    if (neighbours.length >= MAX_SOCKETS_PER_ADDRESS) {
      return this.#dropOldest((address) => address === remoteAddress)
    }
    if (this.#sockets.size < MAX_SOCKETS) return true
    const crowded = mostCrowded([...this.#sockets].map((other) => other.remoteAddress))
    return this.#dropOldest((address) => address === crowded) || this.#dropOldest(() => true)
  }

  /** The oldest socket of nobody knows whom, else the device that has longest been connected without being in a project. */
  #dropOldest(isMeant: (address: string | undefined) => boolean): boolean {
    const silent = [...this.#unproven].find(({ remoteAddress }) => isMeant(remoteAddress))
    if (silent !== undefined) {
      this.#unproven.delete(silent)
      this.#sockets.delete(silent)
      silent.destroy()
      return true
    }
    const stranger = [...this.#peers.values()].find(
      ({ address, isMember, isHangingUp }) => isMeant(address) && !isMember && !isHangingUp
    )
    stranger?.disconnect('Others need its place')
    return stranger !== undefined
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}) // every error ends in "close"
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async #secure(socket: Socket, direction: Direction): Promise<void> {
    const address = privateIPv4(socket.remoteAddress)
    if (address === null) {
      socket.destroy()
      throw new Error('Not a private IPv4 address')
    }
    const connection = await SecureConnection.open({
      socket,
      direction,
      address,
      keyPair: this.#keyPair,
      strangers: this.#strangers,
      clock: this.#clock
    })
    const { deviceId } = connection
    if (connection.stream.remotePublicKey.equals(this.#keyPair.publicKey)) {
      if (!this.#isOwnEnd(socket)) {
        this.#logger.error({ address }, 'another machine has the identity of this hub')
        this.emit('copy-met')
      }
      connection.destroy('That is this hub itself')
      return
    }
    const before = this.#admissions.get(deviceId) ?? Promise.resolve()
    const admission = before.then(() => this.#admitOrDestroy(connection))
    this.#admissions.set(deviceId, admission)
    await admission
    if (this.#admissions.get(deviceId) === admission) this.#admissions.delete(deviceId)
  }

  /** Whether the other end of a socket is here as well. */
  #isOwnEnd({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
    return [...this.#sockets].some(
      (other) =>
        other.localAddress === remoteAddress &&
        other.localPort === remotePort &&
        other.remoteAddress === localAddress &&
        other.remotePort === localPort
    )
  }

  /** Never rejects: what goes wrong with one connection must not keep the device's next one out. */
  async #admitOrDestroy(connection: SecureConnection): Promise<void> {
    try {
      await this.#admit(connection)
    } catch (err) {
      this.#logger.error({ err, peer: shortId(connection.deviceId) }, 'device could not be taken in')
      connection.destroy('Not taken in')
    }
  }

  async #admit(connection: SecureConnection): Promise<void> {
    const existing = this.#peers.get(connection.deviceId)
    if (existing !== undefined && !(await this.#giveWay(existing, connection))) return
    if (connection.isClosed || this.closing !== null) {
      connection.destroy('Closed before it was used')
      return
    }
    this.#attach(connection)
  }

  /** @returns whether the existing connection has gone, so that the new one may take its place */
  async #giveWay(existing: Peer, added: SecureConnection): Promise<boolean> {
    const verdict = judgeDuplicate({
      existing: existing.direction,
      added: added.direction,
      ownKey: this.#keyPair.publicKey,
      remoteKey: added.stream.remotePublicKey
    })
    if (verdict === 'hold') await this.#hold(existing, added)
    if (verdict === 'keep-existing' || added.isClosed) {
      added.destroy('Duplicate connection')
      return false
    }
    if (!existing.isClosed) existing.disconnect('Duplicate connection')
    await existing.closed
    return true
  }

  async #hold(existing: Peer, added: SecureConnection): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(HOLD_DUPLICATE_MS, resolve)
      void Promise.race([existing.closed, added.closed]).then(() => {
        timer.clear()
        resolve()
      })
    })
  }

  #attach(connection: SecureConnection): void {
    const peer = new Peer({
      connection,
      ownInfo: this.#ownInfo,
      strangers: this.#strangers,
      members: this.#members,
      clock: this.#clock,
      logger: this.#logger
    })
    this.#peers.set(peer.deviceId, peer)
    peer.on('device-info-changed', () => this.emit('introduced', peer))
    this.#logger.info({ peer: shortId(peer.deviceId), direction: peer.direction }, 'device connected')
    void peer.closed.then(() => {
      this.#peers.delete(peer.deviceId)
      this.#logger.info({ peer: shortId(peer.deviceId) }, 'device disconnected')
      this.emit('disconnected', peer)
    })
    this.emit('connected', peer)
  }
}
