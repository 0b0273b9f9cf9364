import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Clock } from '../clock.ts'

/** How long the service may take to begin with a wish. */
const ANSWER_LIMIT_MS = 60_000

export interface WishBoxParts {
  /** Path at which the hub places a wish. The service takes it away. */
  readonly requestFile: string
  /** Path at which the service leaves what came of the last wish that it took. */
  readonly answerFile: string
  /** Whether the service is fulfilling a wish: see units.ts. */
  readonly isAtWork: () => Promise<boolean>
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

  /** Under its name only when it is whole: the service is started for the name. */
  async #write(wish: Wish): Promise<void> {
    if (wish !== this.#placed) return
    const { requestFile } = this.#parts
    await writeFile(`${requestFile}.${wish.id}`, JSON.stringify(wish), { mode: 0o600 })
    await rename(`${requestFile}.${wish.id}`, requestFile)
  }

  /** @returns what came of the last wish; null while that is not known */
  async answer(): Promise<Answer | null> {
    const text = await readFile(this.#parts.answerFile, 'utf8').catch(() => '')
    // Written whole by our own service under this very type.
    const answer = text === '' ? null : (JSON.parse(text) as Answer)
    return answer?.id === this.#placed?.id ? answer : null
  }

  /** Of a wish that is not answered: whether the service is not even at work on it. */
  async isLate(): Promise<boolean> {
    return this.age > ANSWER_LIMIT_MS && !(await this.#parts.isAtWork())
  }
}

/** Tells one wish from the next. */
export function newWishId(): string {
  return randomBytes(8).toString('hex')
}
