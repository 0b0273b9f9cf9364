import type { Clock, Timer } from '../clock.ts'
import { query, type Message, type Question, type ResourceRecord } from './message.ts'
import type { UsableInterface } from './network-interfaces.ts'
import { COMAPEO_SERVICE } from './own-records.ts'
import { Sighting } from './sighting.ts'

// RFC 6762 section 5.2: the first question after a random moment, then at intervals that at least double, up to an hour.
const FIRST_QUERY_MS = { least: 20, most: 120 }
const FIRST_INTERVAL_MS = 1_000
const MAX_INTERVAL_MS = 3_600_000
// An advert that came without its details is asked for them: two repeats for lost packets, then it has to tell by itself.
const MAX_RESOLVE_QUERIES = 3
const RESOLVE_INTERVAL_MS = 1_000
// Whatever adverts somebody invents, the hub asks no more than this at once and every second.
const MAX_RESOLVE_QUESTIONS = 10
// RFC 6762 section 5.2: the same question is asked once a second at most.
const LEAST_INTERVAL_MS = 1_000
// RFC 6762 section 5.2: when an answer is about to end, it is asked for again at these parts of its life.
const REFRESH_AT = [0.8, 0.85, 0.9, 0.95]
// RFC 6762 section 10.1: so that a goodbye can be taken back.
const GOODBYE_MS = 1_000
// RFC 6762 section 10: the life of a pointer. A longer one would only keep the departed for longer.
const MAX_TTL_SECONDS = 75 * 60
// A /24 network of phones that have all been restarted once. Further adverts are not heard until others end.
const MAX_SIGHTINGS = 512
// One packet (1,472 bytes) holds this many of 69 bytes; devices that are not in it answer again, which does no harm.
const MAX_KNOWN_ANSWERS = 20

export interface BrowserParts {
  readonly link: UsableInterface
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  /** Whether this is an advert of this hub itself, now or earlier. */
  isOwn(instance: string): boolean
  multicast(message: Message): void
  /** What this hub would answer itself: a known answer, or it would answer its own question. */
  ownAnswers(): readonly ResourceRecord[]
  onFound(found: { instance: string; address: string; port: number }): void
  onLost(instance: string): void
}

interface Entry {
  readonly sighting: Sighting
  expiresAt: number
  ttlSeconds: number
  /** What has been told last, as text; null before anything was. */
  told: string | null
  end: Timer
  refresh: Timer[]
  /** How often its details have been asked for. */
  asked: number
}

/** Looks for CoMapeo devices on one link and remembers those that are there. Everything it hears may be a lie. */
export class Browser {
  readonly #parts: BrowserParts
  readonly #entries = new Map<string, Entry>()
  #queryTimer: Timer | null = null
  #resolveTimer: Timer | null = null
  #askedAt = -Infinity

  constructor(parts: BrowserParts) {
    this.#parts = parts
  }

  /** Starts to ask, or starts over where the link has changed. */
  start(): void {
    this.#queryTimer?.clear()
    const { least, most } = FIRST_QUERY_MS
    this.#queryAfter(least + this.#parts.random() * (most - least), FIRST_INTERVAL_MS)
  }

  /** Forgets all, without telling of losses. */
  stop(): void {
    this.#queryTimer?.clear()
    this.#resolveTimer?.clear()
    this.#resolveTimer = null
    for (const entry of this.#entries.values()) clearTimers(entry)
    this.#entries.clear()
  }

  hearResponse({ answers, additionals }: Message): void {
    const records = [...answers, ...additionals]
    for (const record of records) {
      if (record.type === 'PTR' && record.name === COMAPEO_SERVICE)
        this.#hearPointer(record.target, record.ttl)
    }
    for (const record of records) {
      const instance = record.type === 'SRV' ? instanceOf(record.name) : null
      if (record.type === 'SRV' && instance !== null)
        this.#entries.get(instance)?.sighting.hearService(record)
    }
    const addresses = byName(records)
    for (const entry of this.#entries.values()) {
      const heard = entry.sighting.host === null ? undefined : addresses.get(entry.sighting.host)
      if (heard !== undefined) entry.sighting.hearAddresses(heard)
      this.#tell(entry)
    }
    const { least, most } = FIRST_QUERY_MS
    if (this.#resolveTimer === null) this.#resolveAfter(least + this.#parts.random() * (most - least))
  }

  #hearPointer(target: string, ttl: number): void {
    const instance = instanceOf(target)
    if (instance === null || this.#parts.isOwn(instance)) return
    const known = this.#entries.get(instance)
    if (known === undefined && (ttl === 0 || this.#entries.size >= MAX_SIGHTINGS)) return
    if (known !== undefined) clearTimers(known)
    const ttlSeconds = Math.min(ttl, MAX_TTL_SECONDS)
    const lifeMs = ttl === 0 ? GOODBYE_MS : ttlSeconds * 1_000
    const { clock } = this.#parts
    const entry: Entry = {
      sighting: known?.sighting ?? new Sighting(instance),
      told: known?.told ?? null,
      ttlSeconds,
      expiresAt: clock.monotonic() + lifeMs,
      end: clock.after(lifeMs, () => this.#lose(instance)),
      refresh: ttl === 0 ? [] : REFRESH_AT.map((part) => clock.after(lifeMs * part, () => this.#ask())),
      asked: known?.asked ?? 0
    }
    this.#entries.set(instance, entry)
  }

  #tell(entry: Entry): void {
    const reachable = entry.sighting.reachable(this.#parts.link)
    if (reachable === null) return
    const told = `${reachable.address}:${reachable.port}`
    if (told === entry.told) return
    entry.told = told
    this.#parts.onFound({ instance: entry.sighting.instance, ...reachable })
  }

  #lose(instance: string): void {
    const entry = this.#entries.get(instance)
    if (entry === undefined) return
    clearTimers(entry)
    this.#entries.delete(instance)
    if (entry.told !== null) this.#parts.onLost(instance)
  }

  /** Asks for what is missing of the adverts that came without it. */
  #resolveAfter(waitMs: number): void {
    this.#resolveTimer = null
    if (this.#unresolved().length === 0) return
    this.#resolveTimer = this.#parts.clock.after(waitMs, () => {
      const entries = this.#unresolved().slice(0, MAX_RESOLVE_QUESTIONS)
      for (const entry of entries) entry.asked += 1
      const questions = entries.map(({ sighting }) => detailOf(sighting))
      if (questions.length > 0) this.#parts.multicast(query({ questions }))
      this.#resolveAfter(RESOLVE_INTERVAL_MS)
    })
  }

  #unresolved(): Entry[] {
    return [...this.#entries.values()].filter(
      ({ told, asked }) => told === null && asked < MAX_RESOLVE_QUERIES
    )
  }

  #queryAfter(waitMs: number, intervalMs: number): void {
    this.#queryTimer = this.#parts.clock.after(waitMs, () => {
      this.#ask()
      this.#queryAfter(intervalMs, Math.min(intervalMs * 2, MAX_INTERVAL_MS))
    })
  }

  #ask(): void {
    const now = this.#parts.clock.monotonic()
    if (now - this.#askedAt < LEAST_INTERVAL_MS) return
    this.#askedAt = now
    const known = [...this.#entries.values()]
      .map(({ sighting, ttlSeconds, expiresAt }) => ({
        instance: sighting.instance,
        ttlSeconds,
        left: Math.floor((expiresAt - now) / 1_000)
      }))
      // RFC 6762 section 7.1: an answer that is past half of its life is wanted again.
      .filter(({ left, ttlSeconds }) => left * 2 > ttlSeconds)
      .slice(0, MAX_KNOWN_ANSWERS)
      .map(({ instance, left }) => pointer(instance, left))
    const questions = [{ name: COMAPEO_SERVICE, type: 'PTR', unicastWanted: false }]
    const own = this.#parts.ownAnswers().filter(({ name }) => name === COMAPEO_SERVICE)
    this.#parts.multicast(query({ questions, answers: [...own, ...known] }))
  }
}

// CoMapeo names its adverts in hex, and a resolver of names in conflict appends " (2)". A dot or a byte that is not
// printable would make another name of it when it is asked for.
const INSTANCE = /^[ -\-/-~]{1,63}$/

function instanceOf(name: string): string | null {
  if (!name.endsWith(`.${COMAPEO_SERVICE}`)) return null
  const instance = name.slice(0, -COMAPEO_SERVICE.length - 1)
  return INSTANCE.test(instance) ? instance : null
}

function detailOf({ host, instance }: Sighting): Question {
  return host === null
    ? { name: `${instance}.${COMAPEO_SERVICE}`, type: 'SRV', unicastWanted: false }
    : { name: host, type: 'A', unicastWanted: false }
}

function pointer(instance: string, ttl: number): ResourceRecord {
  return { name: COMAPEO_SERVICE, ttl, flush: false, type: 'PTR', target: `${instance}.${COMAPEO_SERVICE}` }
}

type AddressRecord = ResourceRecord & { type: 'A' }

function byName(records: readonly ResourceRecord[]): Map<string, AddressRecord[]> {
  const addresses = new Map<string, AddressRecord[]>()
  for (const record of records) {
    if (record.type === 'A') addresses.set(record.name, [...(addresses.get(record.name) ?? []), record])
  }
  return addresses
}

function clearTimers({ end, refresh }: Entry): void {
  end.clear()
  for (const timer of refresh) timer.clear()
}
