import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { shortId, type DeviceId } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import { Resource } from '../resource.ts'
import type { ProjectSession } from './project-session.ts'
import type { Sync } from './sync.ts'

/**
 * A member that keeps everything but `auth` closed for this long, while something is missing, is stuck. So is one of whose
 * blocks the library asks for none any more.
 */
export const NEGLECTED_MS = 5_000
/** At most one new connection per device and minute: if that does not help, neither will more. */
export const DROP_AGAIN_MS = 60_000
/** Who is connected when the hub's role comes back needs a moment to be told of it: a new connection begins with what it knows. */
export const TOLD_WITHIN_MS = 1_000
const LOOK_EVERY_MS = 1_000

/**
 * Heals exchanges that are stuck. CoMapeo peer protocol: when a device left a project and came back over connections that were
 * open all the while, the two ends often exchange nothing any more, or the app never says that it is done. A new connection
 * puts it right. Of a phone that came back the hub can only see that it is stuck; when the hub itself came back, it knows.
 */
export class ServiceWatch extends Resource<{ 'connections-dropped': [deviceIds: readonly DeviceId[]] }> {
  readonly #sync: Sync
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #neglectedSince = new Map<ProjectSession, number>()
  readonly #droppedAt = new Map<DeviceId, number>()
  /** Who was connected when the hub came back to a project, and when. */
  readonly #outdated = new Map<Peer, number>()
  readonly #onReturned = (peers: readonly Peer[]) => {
    for (const peer of peers) this.#outdated.set(peer, this.#clock.monotonic())
  }
  #timer: Timer | null = null

  constructor(parts: { sync: Sync; clock: Clock; logger: Logger }) {
    super()
    this.#sync = parts.sync
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  protected override async _open() {
    this.#sync.on('returned', this.#onReturned)
    this.#timer = this.#clock.every(LOOK_EVERY_MS, () => this.#look())
  }

  protected override async _close() {
    this.#sync.off('returned', this.#onReturned)
    this.#timer?.clear()
  }

  #look(): void {
    const now = this.#clock.monotonic()
    for (const [deviceId, at] of this.#droppedAt)
      if (now - at > DROP_AGAIN_MS) this.#droppedAt.delete(deviceId)
    const dropped = [...this.#dropOutdated(now), ...this.#dropStuck(now)]
    if (dropped.length > 0) this.emit('connections-dropped', dropped)
  }

  /** Those who were connected when the hub came back, and still are: once. */
  #dropOutdated(now: number): DeviceId[] {
    const dropped: DeviceId[] = []
    for (const [peer, since] of this.#outdated) {
      if (now - since < TOLD_WITHIN_MS) continue
      this.#outdated.delete(peer)
      if (!peer.isClosed) dropped.push(this.#drop(peer, 'the hub is in its project again'))
    }
    return dropped
  }

  #dropStuck(now: number): DeviceId[] {
    const sessions = this.#sync.sessions()
    const stuck = new Set(
      sessions.filter(
        (session) =>
          (session.phase === 'waiting' && !session.isServed) ||
          // While the card is full nothing is to come, and IntakeControl sees to the rest.
          (this.#sync.intake.documents && session.isStalled)
      )
    )
    for (const session of this.#neglectedSince.keys()) {
      if (!stuck.has(session)) this.#neglectedSince.delete(session)
    }
    const dropped: DeviceId[] = []
    for (const session of stuck) {
      const since = this.#neglectedSince.get(session) ?? now
      this.#neglectedSince.set(session, since)
      const { peer } = session
      if (now - since < NEGLECTED_MS || this.#droppedAt.has(peer.deviceId)) continue
      dropped.push(this.#drop(peer, 'it exchanges nothing'))
    }
    return dropped
  }

  #drop(peer: Peer, reason: string): DeviceId {
    const { deviceId } = peer
    this.#droppedAt.set(deviceId, this.#clock.monotonic())
    this.#logger.warn({ peer: shortId(deviceId), reason }, 'the connection to a member is made anew')
    peer.disconnect('A new connection may put it right')
    return deviceId
  }
}
