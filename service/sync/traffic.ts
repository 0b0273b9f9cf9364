import type { Clock } from '../clock.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Catalogs } from './core-gaps.ts'
import { fileAt, type Tally } from './tally.ts'

/** Names counted one by one; past this a session counts on without telling apart sizes of one photo. */
const MAX_NAMES = 50_000

/** What has crossed in one direction. */
class Crossed {
  readonly #photoNames = new Set<string>()
  #photosBeyond = 0
  /** The hub was locked when some of it crossed. */
  #someUnread = false
  #documents = 0
  #blocks = 0
  #bytes = 0

  add(core: ProjectCore, index: number, byteLength: number, catalogs: Catalogs): void {
    this.#blocks++
    this.#bytes += byteLength
    if (core.namespace === 'data') this.#documents++
    if (core.namespace !== 'blob') return
    if (core.reader === null) this.#someUnread = true
    const file = fileAt(catalogs.of(core)?.files ?? [], index)
    if (file === undefined) return
    if (this.#photoNames.size < MAX_NAMES) this.#photoNames.add(file.name)
    else if (index === file.run.start) this.#photosBeyond++
  }

  get tally(): Tally {
    return {
      documents: this.#documents,
      photos: this.#someUnread ? null : this.#photoNames.size + this.#photosBeyond,
      blocks: this.#blocks,
      bytes: this.#bytes
    }
  }
}

/** What has crossed in one session, each way, and when something last did. */
export class Traffic {
  readonly #clock: Clock
  readonly #catalogs: Catalogs
  readonly #toHub = new Crossed()
  readonly #fromHub = new Crossed()
  #lastMovedAt: number | null = null

  constructor(parts: { clock: Clock; catalogs: Catalogs }) {
    this.#clock = parts.clock
    this.#catalogs = parts.catalogs
  }

  get toHub(): Tally {
    return this.#toHub.tally
  }

  get fromHub(): Tally {
    return this.#fromHub.tally
  }

  /** By the monotonic clock, in milliseconds; null when nothing has moved yet. */
  get lastMovedAt(): number | null {
    return this.#lastMovedAt
  }

  received(core: ProjectCore, index: number, byteLength: number): void {
    this.#lastMovedAt = this.#clock.monotonic()
    this.#toHub.add(core, index, byteLength, this.#catalogs)
  }

  sent(core: ProjectCore, index: number, byteLength: number): void {
    this.#lastMovedAt = this.#clock.monotonic()
    this.#fromHub.add(core, index, byteLength, this.#catalogs)
  }
}
