import type { Logger } from 'pino'
import { Resource } from '../resource.ts'
import { LedgerWriter } from '../storage/ledger-writer.ts'
import type { Ledger } from '../storage/ledger.ts'
import type { SessionHistory, SessionRecord } from './session-history.ts'
import { NOTHING, plus, type Tally } from './tally.ts'

/** Hours that are kept one by one: a week in every time zone, and some. */
const HOURS_KEPT = 9 * 24

/** What crossed in a span of time, over all sessions that began in it and have ended. */
export interface Total {
  readonly sessions: number
  readonly toHub: Tally
  readonly fromHub: Tally
}

const NONE: Total = { sessions: 0, toHub: NOTHING, fromHub: NOTHING }

/** In the ledger. Must never change. */
const COLLECTION = 'totals'

/** The id of the total of all time. Hours are ISO 8601 up to the hour, and sort before it. */
const EVER = 'ever'

/** Sums over the sessions that outlive the history of single ones. Keyed by the hub's clock at the start of each. */
export class ExchangeTotals extends Resource {
  readonly #history: SessionHistory
  readonly #totals = new Map<string, Total>()
  readonly #writer: LedgerWriter<Total>

  constructor(parts: { history: SessionHistory; logger: Logger }) {
    super()
    this.#history = parts.history
    this.#writer = new LedgerWriter(COLLECTION, (err) =>
      parts.logger.error({ err }, 'totals of exchanges could not be written')
    )
  }

  /** Adds what crossed while there was no ledger to what the ledger holds. */
  async attach(ledger: Ledger): Promise<void> {
    const isFirst = !this.#writer.isAttached
    const stored = new Map((await this.#writer.attach(ledger)).map(({ id, value }) => [id, value]))
    for (const [id, total] of [...this.#totals]) {
      this.#keep(id, isFirst ? sum(stored.get(id) ?? NONE, total) : total)
    }
    for (const [id, total] of stored) if (!this.#totals.has(id)) this.#totals.set(id, total)
    await this.#writer.settled()
  }

  /** Forgets what the ledger holds. */
  async detach(): Promise<void> {
    await this.#writer.detach()
    this.#totals.clear()
  }

  /** Everything that ever crossed. */
  get ever(): Total {
    return this.#totals.get(EVER) ?? NONE
  }

  /** What crossed from the hour of an instant on. @param instant ISO 8601 in UTC, at most a week ago */
  since(instant: string): Total {
    const hours = [...this.#totals].filter(([id]) => id !== EVER && id >= hourOf(instant))
    return hours.map(([, total]) => total).reduce(sum, NONE)
  }

  protected override async _open() {
    this.#history.on('ended', this.#onEnded)
  }

  protected override async _close() {
    this.#history.off('ended', this.#onEnded)
    await this.#writer.settled()
  }

  #onEnded = ({ startedAt, toHub, fromHub }: SessionRecord) => {
    // A connection in which nothing crossed is how phones look whether there is news.
    if (toHub.blocks + fromHub.blocks === 0) return
    const hour = hourOf(startedAt)
    for (const id of [hour, EVER]) {
      this.#keep(id, sum(this.#totals.get(id) ?? NONE, { sessions: 1, toHub, fromHub }))
    }
    const hours = [...this.#totals.keys()].filter((id) => id !== EVER).sort()
    for (const id of hours.slice(0, Math.max(0, hours.length - HOURS_KEPT))) this.#drop(id)
  }

  #keep(id: string, total: Total): void {
    this.#totals.set(id, total)
    this.#writer.put(id, total)
  }

  #drop(id: string): void {
    this.#totals.delete(id)
    this.#writer.del(id)
  }
}

function hourOf(instant: string): string {
  return instant.slice(0, 'YYYY-MM-DDTHH'.length)
}

function sum(a: Total, b: Total): Total {
  return {
    sessions: a.sessions + b.sessions,
    toHub: plus(a.toHub, b.toHub),
    fromHub: plus(a.fromHub, b.fromHub)
  }
}
