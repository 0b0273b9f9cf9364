import { EventEmitter, once } from 'node:events'

/** What a process has said, from its start on: nothing is missed by asking late. */
export class Transcript<Line extends object> {
  readonly #lines: Line[] = []
  readonly #events = new EventEmitter<{ line: []; error: [Error] }>()
  #ended: Error | null = null

  constructor() {
    // An end that nobody waits for is none to fail over.
    this.#events.on('error', () => {})
  }

  /** How much has been said: what comes later is `said(values, position)`. */
  get position(): number {
    return this.#lines.length
  }

  add(line: Line): void {
    this.#lines.push(line)
    this.#events.emit('line')
  }

  /** No more lines come: whoever waits for one is told why. */
  end(reason: Error): void {
    this.#ended = reason
    this.#events.emit('error', reason)
  }

  /** Resolves with the first line after `position` that has these values. */
  said(values: Partial<Line>, position = 0): Promise<Line> {
    return this.next((line) => has(line, values), position)
  }

  /** Resolves with the first line after `position` that matches, or with the `nth` such line. */
  async next(matches: (line: Line) => boolean, position: number, nth = 1): Promise<Line> {
    for (;;) {
      const found = this.#lines.slice(position).filter(matches)[nth - 1]
      if (found !== undefined) return found
      if (this.#ended !== null) throw this.#ended
      await once(this.#events, 'line')
    }
  }

  /** @returns all lines so far that have these values */
  all(values: Partial<Line>): Line[] {
    return this.#lines.filter((line) => has(line, values))
  }
}

function has<Line extends object>(line: Line, values: Partial<Line>): boolean {
  return Object.entries(values).every(([key, value]) => line[key as keyof Line] === value)
}
