import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { HOST_DIRECTORY, REQUEST_DIRECTORY } from './host/request.ts'
import { isAtWork } from './host/units.ts'

/** How long the service may take to begin with a wish. */
const ANSWER_LIMIT_MS = 60_000

export interface WishBoxParts {
  readonly requestFile: string
  readonly answerFile: string
  /** The system's unit that fulfils the wishes, such as `waystation-network.service`. */
  readonly service: string
  readonly clock: Clock
}

/** Where the hub leaves a wish for a system service that may do what the hub may not, and finds what came of it. */
export class WishBox<Wish extends { id: string }, Answer extends { readonly id: string }> {
  readonly #parts: WishBoxParts
  #placed: Wish | null = null
  /** By the monotonic clock. */
  #placedAt = 0
  #writing: Promise<unknown> = Promise.resolve()

  constructor(parts: WishBoxParts) {
    this.#parts = parts
  }

  /** The last one; null before the first. */
  get placed(): Wish | null {
    return this.#placed
  }

  /** How long ago the last wish was placed, in ms. */
  get age(): number {
    return this.#parts.clock.monotonic() - this.#placedAt
  }

  /** Places a wish, which the last one is overtaken by. */
  async place(wish: Wish): Promise<void> {
    this.#placed = wish
    this.#placedAt = this.#parts.clock.monotonic()
    // One after the other: of two at once the first could come last, and stay.
    const written = this.#writing.then(() => this.#write(wish))
    this.#writing = written.catch(() => {})
    await written
  }

  /** Under its name only when it is whole: the service is told of the name. */
  async #write(wish: Wish): Promise<void> {
    if (wish !== this.#placed) return
    const path = join(REQUEST_DIRECTORY, this.#parts.requestFile)
    await writeFile(`${path}.${wish.id}`, JSON.stringify(wish), { mode: 0o600 })
    await rename(`${path}.${wish.id}`, path)
  }

  /** @returns what came of the last wish; null while that is not known */
  async answer(): Promise<Answer | null> {
    const text = await readFile(join(HOST_DIRECTORY, this.#parts.answerFile), 'utf8').catch(() => '')
    // Written whole by our own service under this very type.
    const answer = text === '' ? null : (JSON.parse(text) as Answer)
    return answer?.id === this.#placed?.id ? answer : null
  }

  /** Of a wish that is not answered: whether the service is not even at work on it. */
  async isLate(): Promise<boolean> {
    return this.age > ANSWER_LIMIT_MS && !(await isAtWork(this.#parts.service))
  }
}

/** Tells one wish from the next. */
export function newWishId(): string {
  return randomBytes(8).toString('hex')
}
