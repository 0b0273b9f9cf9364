/** Lines that the page can show: a busy day, or the minutes of a storm. */
const MAX_LINES = 2_000
/** All of them together: a stack in every line must not take the memory of a small board. */
const MAX_CHARACTERS = 1024 * 1024

/** The levels of pino, and the least number that a line of each has. */
export const LOG_LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const
export type LogLevel = keyof typeof LOG_LEVELS

/** One line of the log, as pino wrote it. */
export interface LogLine {
  readonly level: number
  /** Milliseconds since 1970 by the hub's clock. */
  readonly time: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** The end of the log, in memory. A destination of pino beside standard output. */
export class LogBuffer {
  readonly #lines: string[] = []
  #characters = 0

  /** @param text one line of JSON */
  write(text: string): void {
    this.#lines.push(text)
    this.#characters += text.length
    while (this.#lines.length > MAX_LINES || this.#characters > MAX_CHARACTERS) {
      this.#characters -= this.#lines.shift()?.length ?? 0
    }
  }

  /** The latest lines of at least this level, newest first. */
  recent({ level, limit }: { level: LogLevel; limit: number }): LogLine[] {
    const found: LogLine[] = []
    for (let at = this.#lines.length - 1; at >= 0 && found.length < limit; at--) {
      const line = parse(this.#lines[at] as string)
      if (line !== null && line.level >= LOG_LEVELS[level]) found.push(line)
    }
    return found
  }
}

function parse(text: string): LogLine | null {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    // A line that was cut off by whoever wrote it.
    return null
  }
}
