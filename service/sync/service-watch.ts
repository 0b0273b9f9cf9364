import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { shortId, type DeviceId } from '../ids.ts'
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
const LOOK_EVERY_MS = 1_000

/**
 * Heals exchanges that are stuck. CoMapeo peer protocol: a phone that left a project and came back over connections that were
 * open all the while often exchanges with nobody any more, whoever they are. A new connection puts it right.
 */
export class ServiceWatch extends Resource<{ 'connection-dropped': [deviceId: DeviceId] }> {
  readonly #sync: Sync
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #neglectedSince = new Map<ProjectSession, number>()
  readonly #droppedAt = new Map<DeviceId, number>()
  #timer: Timer | null = null

  constructor(parts: { sync: Sync; clock: Clock; logger: Logger }) {
    super()
    this.#sync = parts.sync
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  protected override async _open() {
    this.#timer = this.#clock.every(LOOK_EVERY_MS, () => this.#look())
  }

  protected override async _close() {
    this.#timer?.clear()
  }

  #look(): void {
    const now = this.#clock.monotonic()
    for (const [deviceId, at] of this.#droppedAt)
      if (now - at > DROP_AGAIN_MS) this.#droppedAt.delete(deviceId)
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
    for (const session of stuck) {
      const since = this.#neglectedSince.get(session) ?? now
      this.#neglectedSince.set(session, since)
      const { peer } = session
      if (now - since < NEGLECTED_MS || this.#droppedAt.has(peer.deviceId)) continue
      this.#droppedAt.set(peer.deviceId, now)
      this.#logger.warn(
        { peer: shortId(peer.deviceId) },
        'a member exchanges nothing: its connection is made anew'
      )
      peer.disconnect('A new connection may put it right')
      this.emit('connection-dropped', peer.deviceId)
    }
  }
}
