import type { Clock, Timer } from '../clock.ts'
import { additionalsTo, answersTo, isKnown } from './answers.ts'
import { sameRecord } from './codec.ts'
import {
  MDNS_PORT,
  response,
  type Message,
  type Question,
  type ResourceRecord,
  type Source
} from './message.ts'
import type { OwnRecords } from './own-records.ts'

// RFC 6762 section 6: others answer a shared name too, and all would answer at the same moment.
const SHARED_DELAY_MS = { least: 20, most: 120 }
// RFC 6762 section 7.2: time for the rest of the known answers to arrive.
const TRUNCATED_DELAY_MS = { least: 400, most: 500 }
// RFC 6762 section 6: no record is multicast more often, but for the defence of a name against a probe.
const REPEAT_INTERVAL_MS = 1_000
const DEFENCE_INTERVAL_MS = 250
// RFC 6762 section 6.7: a legacy asker does not listen for changes, and should ask again soon.
const LEGACY_TTL_SECONDS = 10
// A room full of phones that all resolve at once asks a few dozen times a second. Answers to one asker are the only ones
// that section 6 does not bound, and they are larger than the question.
const MAX_UNICAST_PER_SECOND = 50
// Askers whose known answers take several packets: a handful of machines with hundreds of services each.
const MAX_HELD_QUERIES = 32

export interface ResponderParts {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  /** What may be said now. The same record is the same object from one call to the next. */
  own(): OwnRecords
  multicast(message: Message): void
  unicast(message: Message, to: Source): void
}

interface HeldQuery {
  readonly answers: Set<ResourceRecord>
  readonly known: Set<ResourceRecord>
  timer: Timer
}

/**
 * Answers questions on one link (RFC 6762 sections 6 and 7): only what is asked and not known yet, together, at the right
 * moment, to everybody or to the asker alone, and nothing too often.
 */
export class Responder {
  readonly #parts: ResponderParts
  readonly #sentAt = new WeakMap<ResourceRecord, number>()
  /** Answers that wait for their moment, by the monotonic time when each is due. */
  readonly #waiting = new Map<ResourceRecord, number>()
  readonly #held = new Map<string, HeldQuery>()
  #timer: Timer | null = null
  #unicastSecond = 0
  #unicastCount = 0

  constructor(parts: ResponderParts) {
    this.#parts = parts
  }

  stop(): void {
    this.#timer?.clear()
    for (const { timer } of this.#held.values()) timer.clear()
    this.#held.clear()
    this.#waiting.clear()
  }

  hearQuery(message: Message, from: Source): void {
    const own = this.#parts.own()
    if (from.port !== MDNS_PORT) return this.#answerLegacy(message, from, own)
    const known = [...own.shared, ...own.unique].filter((record) => isKnown(record, message.answers))
    if (message.truncated || this.#held.has(from.address)) {
      if (this.#hold(message, from, known, own)) return
    }
    this.#answer(message, from, new Set(known), own)
  }

  /** RFC 6762 section 6.6: who says that our records end sooner than they do is corrected before anyone believes it. */
  hearResponse({ answers }: Message): void {
    const own = this.#parts.own()
    for (const record of [...own.shared, ...own.unique]) {
      const isEnding = answers.some((heard) => heard.ttl * 2 < record.ttl && sameRecord(heard, record))
      if (isEnding) this.#schedule([record], 0, REPEAT_INTERVAL_MS)
    }
  }

  /** To be told of everything that is multicast on the link, so that it is not said again too soon. */
  noteSent(records: readonly ResourceRecord[]): void {
    const now = this.#parts.clock.monotonic()
    for (const record of records) {
      this.#sentAt.set(record, now)
      this.#waiting.delete(record)
    }
  }

  #answer(
    { questions, authorities }: Message,
    from: Source,
    known: Set<ResourceRecord>,
    own: OwnRecords
  ): void {
    const toAll = new Set<ResourceRecord>()
    const toOne = new Set<ResourceRecord>()
    for (const question of questions) {
      for (const record of answersTo(question, own)) {
        if (known.has(record)) continue
        if (question.unicastWanted && this.#isFresh(record)) toOne.add(record)
        else toAll.add(record)
      }
    }
    if (toOne.size > 0) this.#send([...toOne], from, own)
    const isProbe = authorities.length > 0
    if (isProbe) this.#schedule([...toAll], 0, DEFENCE_INTERVAL_MS)
    else this.#schedule([...toAll], this.#delayOf(toAll), REPEAT_INTERVAL_MS)
  }

  #answerLegacy({ id, questions }: Message, from: Source, own: OwnRecords): void {
    const answered = questions.filter((question) => answersTo(question, own).length > 0)
    const answers = [...new Set(answered.flatMap((question) => answersTo(question, own)))]
    if (answers.length > 0) this.#send(answers, from, own, { id, questions: answered })
  }

  /** @returns whether the query now waits for more of its known answers */
  #hold(message: Message, from: Source, known: readonly ResourceRecord[], own: OwnRecords): boolean {
    const held = this.#held.get(from.address)
    if (held === undefined && this.#held.size >= MAX_HELD_QUERIES) return false
    const query = held ?? { answers: new Set(), known: new Set(), timer: this.#holdUntilComplete(from) }
    for (const record of message.questions.flatMap((question) => answersTo(question, own)))
      query.answers.add(record)
    for (const record of known) query.known.add(record)
    this.#held.set(from.address, query)
    return true
  }

  #holdUntilComplete({ address }: Source): Timer {
    return this.#parts.clock.after(this.#between(TRUNCATED_DELAY_MS), () => {
      const held = this.#held.get(address)
      this.#held.delete(address)
      if (held === undefined) return
      const answers = [...held.answers].filter((record) => !held.known.has(record))
      this.#schedule(answers, 0, REPEAT_INTERVAL_MS)
    })
  }

  #schedule(records: readonly ResourceRecord[], delayMs: number, intervalMs: number): void {
    const now = this.#parts.clock.monotonic()
    for (const record of records) {
      const soonest = (this.#sentAt.get(record) ?? -Infinity) + intervalMs
      const due = Math.max(now + delayMs, soonest)
      this.#waiting.set(record, Math.min(due, this.#waiting.get(record) ?? Infinity))
    }
    this.#setTimer()
  }

  #setTimer(): void {
    this.#timer?.clear()
    if (this.#waiting.size === 0) return
    const soonest = Math.min(...this.#waiting.values())
    const waitMs = Math.max(0, soonest - this.#parts.clock.monotonic())
    this.#timer = this.#parts.clock.after(waitMs, () => this.#sendDue())
  }

  #sendDue(): void {
    const now = this.#parts.clock.monotonic()
    const own = this.#parts.own()
    const current = new Set([...own.shared, ...own.unique, ...own.denials])
    const due = [...this.#waiting].filter(([, at]) => at <= now).map(([record]) => record)
    for (const record of due) this.#waiting.delete(record)
    // A name may have been given up while its answer waited.
    const answers = due.filter((record) => current.has(record))
    if (answers.length > 0) {
      this.#parts.multicast(response({ answers, additionals: additionalsTo(answers, own) }))
    }
    this.#setTimer()
  }

  /** Sends to one asker, unless too many have been sent to. A legacy asker gets its own question back. */
  #send(
    answers: ResourceRecord[],
    to: Source,
    own: OwnRecords,
    legacy?: { id: number; questions: Question[] }
  ): void {
    if (!this.#mayUnicast()) return
    const additionals = additionalsTo(answers, own)
    const message = response({ answers, additionals })
    this.#parts.unicast(legacy === undefined ? message : { ...asLegacy(message), ...legacy }, to)
  }

  #mayUnicast(): boolean {
    const second = Math.floor(this.#parts.clock.monotonic() / 1_000)
    if (second !== this.#unicastSecond) this.#unicastCount = 0
    this.#unicastSecond = second
    this.#unicastCount += 1
    return this.#unicastCount <= MAX_UNICAST_PER_SECOND
  }

  /** RFC 6762 section 5.4: others have it in their caches still, so that the asker alone needs it. */
  #isFresh(record: ResourceRecord): boolean {
    const sentAt = this.#sentAt.get(record)
    return sentAt !== undefined && this.#parts.clock.monotonic() - sentAt < (record.ttl * 1_000) / 4
  }

  #delayOf(answers: ReadonlySet<ResourceRecord>): number {
    return [...answers].every(({ flush }) => flush) ? 0 : this.#between(SHARED_DELAY_MS)
  }

  #between({ least, most }: { least: number; most: number }): number {
    return least + this.#parts.random() * (most - least)
  }
}

function asLegacy(message: Message): Message {
  const capped = (record: ResourceRecord): ResourceRecord => ({
    ...record,
    flush: false,
    ttl: Math.min(record.ttl, LEGACY_TTL_SECONDS)
  })
  return { ...message, answers: message.answers.map(capped), additionals: message.additionals.map(capped) }
}
