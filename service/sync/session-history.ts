import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { DeviceId, ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { LedgerWriter } from '../storage/ledger-writer.ts'
import type { Ledger } from '../storage/ledger.ts'
import type { ProjectSession } from './project-session.ts'
import { NOTHING, type Tally } from './tally.ts'

/** Sessions kept: ten phones twice a day for a season. The oldest go. */
export const MAX_SESSIONS = 2_000
/** Sessions that begin between two clean-ups. */
const TRIM_EVERY = 100

/** In the ledger. Must never change. */
const COLLECTION = 'sessions'

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

/** With the moment of its start by the monotonic clock. */
interface OpenSession {
  readonly record: SessionRecord
  readonly began: number
}

/**
 * Who came, what each brought and took, and how it ended: bounded, newest last. Kept over restarts in the ledger, while
 * there is one: a hub that is locked has none, and remembers what happens meanwhile until it is attached again.
 */
export class SessionHistory extends Resource<{
  changed: [record: SessionRecord]
  ended: [record: SessionRecord]
}> {
  readonly #clock: Clock
  readonly #records = new Map<string, SessionRecord>()
  readonly #open = new Map<ProjectSession, OpenSession>()
  readonly #writer: LedgerWriter<SessionRecord>
  #started = 0

  constructor(parts: { clock: Clock; logger: Logger }) {
    super()
    this.#clock = parts.clock
    this.#writer = new LedgerWriter(COLLECTION, (err) =>
      parts.logger.error({ err }, 'session history could not be written')
    )
  }

  /** Newest start first. Those that are open are as they stand now. */
  list(): SessionRecord[] {
    for (const [session, { record }] of this.#open) this.#records.set(record.id, this.#now(session, record))
    return [...this.#records.values()].reverse()
  }

  /** Reads what the ledger holds, and writes into it what it lacks. */
  async attach(ledger: Ledger): Promise<void> {
    const stored = new Map((await this.#writer.attach(ledger)).map(({ id, value }) => [id, value]))
    const known = [...this.#records.values()]
    // Ids begin with the start.
    const all = [...new Map([...stored, ...this.#records])].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#records.clear()
    for (const [id, record] of all.slice(-MAX_SESSIONS)) this.#records.set(id, record)
    for (const record of known) {
      if (JSON.stringify(stored.get(record.id)) !== JSON.stringify(record))
        this.#writer.put(record.id, record)
    }
    await this.#writer.settled()
  }

  /** Forgets all but the sessions that are open. */
  async detach(): Promise<void> {
    await this.#writer.detach()
    const open = [...this.#open.values()]
    this.#records.clear()
    for (const { record } of open) this.#records.set(record.id, record)
  }

  isOpen(id: string): boolean {
    return [...this.#open.values()].some(({ record }) => record.id === id)
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
    this.#open.set(session, { record, began: this.#clock.monotonic() })
    this.#keep(record)
    if (this.#started % TRIM_EVERY === 0) this.#writer.trim(MAX_SESSIONS)
  }

  end(session: ProjectSession): void {
    const open = this.#open.get(session)
    if (open === undefined) return
    this.#open.delete(session)
    // The clock may have been set meanwhile: of two times the later is more likely to be right, and how long it took is known.
    const endedAt = this.#clock.now()
    const startedAt = endedAt - (this.#clock.monotonic() - open.began)
    const ended = {
      ...this.#now(session, open.record),
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString()
    }
    this.#keep(ended)
    this.emit('ended', ended)
  }

  protected override async _close() {
    for (const session of [...this.#open.keys()]) this.end(session)
    await this.#writer.settled()
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
    this.#writer.put(record.id, record)
    this.emit('changed', record)
  }
}
