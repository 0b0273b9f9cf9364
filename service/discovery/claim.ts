import type { Clock, Timer } from '../clock.ts'
import { nextClaimStep, type ClaimEvent, type ClaimState } from './claim-state.ts'
import { sameRecord } from './codec.ts'
import { query, response, type Message, type ResourceRecord } from './message.ts'
import { goodbye, NO_RECORDS, type OwnRecords } from './own-records.ts'
import { compareProbes } from './tie-break.ts'

// RFC 6762 section 8.1: so that hosts that are switched on together do not all probe at the same moment.
const MAX_START_WAIT_MS = 250

export interface ClaimParts {
  readonly records: OwnRecords
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  multicast(message: Message): void
  /** Whether this is an address of another link of this hub, which is no stranger under the same name. */
  isOwnAddress(address: string): boolean
  onHeld(): void
  onLost(): void
}

/** The claim to one set of names on one link: probes for them, announces them, notices who contests them. */
export class Claim {
  readonly #parts: ClaimParts
  readonly #names: ReadonlySet<string>
  #state: ClaimState = { at: 'waiting' }
  #timer: Timer | null = null

  constructor(parts: ClaimParts) {
    this.#parts = parts
    this.#names = new Set(parts.records.unique.map(({ name }) => name))
  }

  /** @param holdOffMs how long to wait before the first probe, besides the random moment that everybody waits */
  start(holdOffMs = 0): void {
    this.#wait(holdOffMs + this.#parts.random() * MAX_START_WAIT_MS)
  }

  /** What may be given as an answer: nothing until nobody has objected. */
  get answerable(): OwnRecords {
    return this.#isHeld() ? this.#parts.records : NO_RECORDS
  }

  /** Gives the names up. @returns what takes back what had been announced */
  end(): readonly ResourceRecord[] {
    const taken = goodbye(this.answerable)
    this.#timer?.clear()
    this.#state = { at: 'lost' }
    return taken
  }

  /** Says everything again, when those on the link cannot have heard it. */
  announceAgain(): void {
    if (!this.#isHeld()) return
    this.#state = { at: 'announcing', sent: 0 }
    this.#step('waited')
  }

  hearResponse({ answers, additionals }: Message): void {
    if ([...answers, ...additionals].some((record) => this.#contests(record))) this.#step('conflict')
  }

  hearQuery({ authorities }: Message): void {
    for (const name of this.#names) {
      const theirs = authorities.filter((record) => record.name === name)
      if (theirs.every((record) => this.#isOurs(record))) continue
      const ours = this.#parts.records.unique.filter((record) => record.name === name)
      if (compareProbes(ours, theirs) < 0) return this.#step('tie-lost')
    }
  }

  #contests(record: ResourceRecord): boolean {
    // A goodbye is from somebody who gives the name up.
    if (!this.#names.has(record.name) || record.ttl === 0 || record.type === 'NSEC') return false
    if (this.#isOurs(record)) return false
    // While it is not ours yet, any record shows that the name is in use. Once it is, only another one in place of ours.
    if (!this.#isHeld()) return true
    return this.#parts.records.unique.some(({ name, type }) => name === record.name && type === record.type)
  }

  #isOurs(record: ResourceRecord): boolean {
    if (record.type === 'A' && this.#parts.isOwnAddress(record.address)) return true
    return this.#parts.records.unique.some((own) => sameRecord(own, record))
  }

  #isHeld(): boolean {
    return this.#state.at === 'announcing' || this.#state.at === 'held'
  }

  #step(event: ClaimEvent): void {
    const step = nextClaimStep(this.#state, event)
    if (step === null) return
    const wasHeld = this.#isHeld()
    this.#state = step.state
    this.#timer?.clear()
    if (step.waitMs !== undefined) this.#wait(step.waitMs)
    if (step.send === 'probe') this.#parts.multicast(this.#probe())
    if (step.send === 'announcement') this.#parts.multicast(this.#announcement())
    if (step.state.at === 'lost') this.#parts.onLost()
    if (!wasHeld && this.#isHeld()) this.#parts.onHeld()
  }

  #wait(delayMs: number): void {
    this.#timer = this.#parts.clock.after(delayMs, () => this.#step('waited'))
  }

  // The answers wanted are those that everybody hears: an answer to us alone might reach another process of this machine.
  #probe(): Message {
    const questions = [...this.#names].map((name) => ({ name, type: 'ANY', unicastWanted: false }))
    // RFC 6762 section 10.2: the cache-flush bit is never set in a query.
    return query({
      questions,
      authorities: this.#parts.records.unique.map((record) => ({ ...record, flush: false }))
    })
  }

  #announcement(): Message {
    const { shared, unique } = this.#parts.records
    return response({ answers: [...shared, ...unique] })
  }
}
