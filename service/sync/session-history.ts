import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { DeviceId, ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { LedgerCollection } from '../storage/ledger-collection.ts'
import type { ProjectSession } from './project-session.ts'
import { NOTHING, type Tally } from './tally.ts'

/** Sessions kept: ten phones twice a day for a season. The oldest go. */
export const MAX_SESSIONS = 2_000
/** Sessions that begin between two clean-ups. */
const TRIM_EVERY = 100

/** One session as it is kept. Changing this shape needs a way to read the old one. */
export interface SessionRecord {
  /** Begins with the start as ISO 8601, so that ids sort by time. */
  readonly id: string
  readonly deviceId: DeviceId
  readonly deviceName: string | null
  readonly projectId: ProjectId
  /** ISO 8601, by the hub's clock. */
  readonly startedAt: string
  /** Null while it is open, and for ever when the hub was switched off in the middle. */
  readonly endedAt: string | null
  readonly toHub: Tally
  readonly fromHub: Tally
  /** Whether it ended, or stands, with nothing missing on either side. */
  readonly complete: boolean
}

/** Who came, what each brought and took, and how it ended: kept over restarts, bounded, newest last. */
export class SessionHistory extends Resource<{
  changed: [record: SessionRecord]
  ended: [record: SessionRecord]
}> {
  readonly #collection: LedgerCollection<SessionRecord>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #records = new Map<string, SessionRecord>()
  readonly #open = new Map<ProjectSession, SessionRecord>()
  #started = 0
  #writing: Promise<unknown> = Promise.resolve()

  constructor(parts: { collection: LedgerCollection<SessionRecord>; clock: Clock; logger: Logger }) {
    super()
    this.#collection = parts.collection
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  /** Newest start first. Those that are open are as they stand now. */
  list(): SessionRecord[] {
    for (const [session, record] of this.#open) this.#records.set(record.id, this.#now(session, record))
    return [...this.#records.values()].reverse()
  }

  isOpen(id: string): boolean {
    return [...this.#open.values()].some((record) => record.id === id)
  }

  begin(session: ProjectSession): void {
    const startedAt = new Date(this.#clock.now()).toISOString()
    const record: SessionRecord = {
      id: `${startedAt}-${session.peer.deviceId.slice(0, 8)}-${this.#started++}`,
      deviceId: session.peer.deviceId,
      deviceName: session.peer.info?.name ?? null,
      projectId: session.project.id,
      startedAt,
      endedAt: null,
      toHub: NOTHING,
      fromHub: NOTHING,
      complete: false
    }
    this.#open.set(session, record)
    this.#keep(record)
    if (this.#started % TRIM_EVERY === 0) this.#write((collection) => collection.trim(MAX_SESSIONS))
  }

  end(session: ProjectSession): void {
    const record = this.#open.get(session)
    if (record === undefined) return
    this.#open.delete(session)
    const ended = { ...this.#now(session, record), endedAt: new Date(this.#clock.now()).toISOString() }
    this.#keep(ended)
    this.emit('ended', ended)
  }

  protected override async _open() {
    for (const { value } of await this.#collection.list()) this.#records.set(value.id, value)
  }

  protected override async _close() {
    for (const session of [...this.#open.keys()]) this.end(session)
    await this.#writing
  }

  #now(session: ProjectSession, record: SessionRecord): SessionRecord {
    return {
      ...record,
      deviceName: session.peer.info?.name ?? record.deviceName,
      toHub: session.traffic.toHub,
      fromHub: session.traffic.fromHub,
      complete: session.phase === 'up-to-date'
    }
  }

  #keep(record: SessionRecord): void {
    this.#records.set(record.id, record)
    for (const id of this.#records.keys()) {
      if (this.#records.size <= MAX_SESSIONS) break
      this.#records.delete(id)
    }
    this.#write((collection) => collection.put(record.id, record))
    this.emit('changed', record)
  }

  #write(write: (collection: LedgerCollection<SessionRecord>) => Promise<unknown>): void {
    this.#writing = this.#writing
      .then(() => write(this.#collection))
      .catch((err: unknown) => this.#logger.error({ err }, 'session history could not be written'))
  }
}
