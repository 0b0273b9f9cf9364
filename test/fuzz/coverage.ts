import { Session, type Profiler } from 'node:inspector'

/** Sources whose branches guide the search: the parsers, and the libraries that they hand bytes to. */
const GUIDING = /\/service\/|\/@bufbuild\/|\/@comapeo\/schema\/|\/dns-packet\//

/** Which pieces of code ran, as V8 itself counts them: every block of every function. */
export class Coverage {
  readonly #session = new Session()

  start(): void {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  stop(): void {
    this.#session.disconnect()
  }

  /** @returns a name for each block that ran since the last call */
  take(): string[] {
    const blocks: string[] = []
    for (const { scriptId, url, functions } of this.#read()) {
      if (!GUIDING.test(url)) continue
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) blocks.push(`${scriptId}:${startOffset}-${endOffset}`)
        }
      }
    }
    return blocks
  }

  #read(): Profiler.ScriptCoverage[] {
    let result: Profiler.ScriptCoverage[] | undefined
    // A session with the own thread answers before it returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error
      ;({ result } = answer)
    })
    if (result === undefined) throw new Error('V8 gave no coverage')
    return result
  }
}
