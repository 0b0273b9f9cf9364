import { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { shortId, type DeviceId } from '../ids.ts'
import type { RpcMessages } from '../wire/rpc.ts'
import { GuardedMux } from './guarded-mux.ts'
import { Liveness } from './liveness.ts'
import type { MemberPlace, MemberPlaces } from './member-places.ts'
import { MEMBER_LIMITS } from './peer-limits.ts'
import { RpcChannel, type RpcReceived } from './rpc-channel.ts'
import type { SecureConnection } from './secure-connection.ts'
import type { StrangerBudget, StrangerShare } from './stranger-budget.ts'

export type DeviceInfo = RpcMessages['DeviceInfo']

interface PeerEvents {
  'device-info-changed': [info: DeviceInfo]
  /** Any message but DeviceInfo. Invites answer these. */
  message: [received: RpcReceived]
}

/** One connected device. There is never more than one `Peer` for a device at a time. */
export class Peer extends EventEmitter<PeerEvents> {
  readonly deviceId: DeviceId
  readonly mux: GuardedMux
  readonly logger: Logger
  /** Its part of the hub's memory. */
  readonly place: MemberPlace
  readonly #connection: SecureConnection
  readonly #rpc: RpcChannel
  readonly #liveness: Liveness
  readonly #told: StrangerShare
  #info: DeviceInfo | null = null
  #isMember = false
  #isHangingUp = false

  constructor(parts: {
    connection: SecureConnection
    ownInfo: () => DeviceInfo
    strangers: StrangerBudget
    members: MemberPlaces
    clock: Clock
    logger: Logger
  }) {
    super()
    const { connection, ownInfo, strangers, members, clock, logger } = parts
    this.#connection = connection
    this.deviceId = connection.deviceId
    this.logger = logger.child({ peer: shortId(connection.deviceId) })
    this.#told = strangers.share(() => this.disconnect('Strangers tell too much'))
    this.place = members.place(this.deviceId, () => this.disconnect('Others need its place'))
    this.mux = new GuardedMux(connection.stream, {
      onTold: (bytes) => this.#told.set(bytes),
      onMisuse: (reason) => this.disconnect(reason)
    })
    this.#rpc = new RpcChannel({ mux: this.mux, logger: this.logger })
    this.#rpc.on('opened', () => this.#rpc.send('DeviceInfo', ownInfo()))
    this.#rpc.on('message', (received) => this.#receive(received))
    this.#rpc.open()
    this.#liveness = new Liveness({
      mux: this.mux,
      stream: connection.stream,
      clock,
      onGone: () => this.disconnect('No answer')
    })
    void connection.closed.then(() => {
      this.#liveness.stop()
      this.#told.end()
      this.place.end()
    })
  }

  /** What the device said of itself; null until it did. A phone without a name never does. */
  get info(): DeviceInfo | null {
    return this.#info
  }

  get address(): string {
    return this.#connection.address
  }

  get direction() {
    return this.#connection.direction
  }

  get closed(): Promise<void> {
    return this.#connection.closed
  }

  get isClosed(): boolean {
    return this.#connection.isClosed
  }

  /** Whether it has had a role in a project of the hub since it connected. Until then it is a stranger, who may cost less. */
  get isMember(): boolean {
    return this.#isMember
  }

  get isHangingUp(): boolean {
    return this.#isHangingUp
  }

  /** Said by whoever knows the roles. */
  recogniseAsMember(): void {
    this.#isMember = true
    this.#connection.allowFrames(MEMBER_LIMITS.frameBytes)
    this.mux.limits = MEMBER_LIMITS
    this.#told.end()
  }

  get bytesReceived(): number {
    return this.#connection.stream.rawBytesRead
  }

  get bytesSent(): number {
    return this.#connection.stream.rawBytesWritten
  }

  /** @returns false when the message went nowhere because the channel is not open */
  send: RpcChannel['send'] = (type, message) => this.#rpc.send(type, message)

  disconnect(reason: string): void {
    if (!this.#isHangingUp) this.logger.info({ reason }, 'hanging up')
    this.#isHangingUp = true
    this.#connection.destroy(reason)
  }

  #receive(received: RpcReceived): void {
    if (received.type === 'DeviceInfo') {
      this.#info = received.message
      this.emit('device-info-changed', received.message)
    } else {
      this.emit('message', received)
    }
  }
}
