/**
 * Lets many callers share one costly flush. What a caller did before `run()` is covered by a flush that begins after
 * the call, never by one already under way. Once a flush has failed, every later call fails with the same error: after
 * a failed fsync the kernel may have dropped the pages, and a second one that succeeds proves nothing.
 */
export class GroupCommit {
  readonly #flush: () => Promise<void>
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(flush: () => Promise<void>) {
    this.#flush = flush
  }

  run(): Promise<void> {
    // Not begun yet, also in the moment between the end of the running one and its own beginning.
    if (this.#next !== null) return this.#next
    if (this.#running === null) return this.#start()
    this.#next = this.#running.then(() => {
      this.#next = null
      return this.#start()
    })
    return this.#next
  }

  #start(): Promise<void> {
    // A rejected run is never replaced, so that the failure stays.
    const running = this.#flush().then(() => {
      this.#running = null
    })
    this.#running = running
    return running
  }
}
