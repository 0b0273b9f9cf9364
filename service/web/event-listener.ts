import { Readable } from 'node:stream'
import type { Clock, Timer } from '../clock.ts'
import type { Credentials, Office } from './office/office.ts'

/** One event. A browser that got it and comes back says `id`. */
export interface LiveEvent {
  readonly id: string
  readonly name: 'status' | 'device' | 'session' | 'invite' | 'project'
  /** JSON, without line breaks. */
  readonly data: string
  /** The same for those outside the office, as far as they may know; null is not told to them. */
  readonly publicData: string | null
}

/** Often enough that no router forgets the connection, seldom enough to let a phone's radio sleep. */
const HEARTBEAT_MS = 20_000

/** How long a browser waits before it comes back. */
const RETRY_MS = 3_000

/** Three statuses of a hundred devices. A browser that takes nothing for so long is let go, and comes back if it lives. */
const WAITING_MAX_BYTES = 256 * 1024

export interface EventListenerParts {
  credentials: Credentials
  /** Where the browser is. */
  address: string
  office: Office
  clock: Clock
}

/**
 * One open page: a stream of text/event-stream (WHATWG HTML, section "Server-sent events"). It began in the office or
 * outside; when its session ends the stream ends with it, and the browser comes back as somebody who is outside.
 */
export class EventListener extends Readable {
  readonly credentials: Credentials
  readonly address: string
  readonly #office: Office
  readonly #beganInOffice: boolean
  readonly #heartbeat: Timer

  constructor({ credentials, address, office, clock }: EventListenerParts) {
    super()
    this.credentials = credentials
    this.address = address
    this.#office = office
    this.#beganInOffice = office.isOpenTo(credentials)
    this.#heartbeat = clock.every(HEARTBEAT_MS, () => this.#send(':\n\n'))
    this.#send(`retry: ${RETRY_MS}\n\n`)
  }

  tell(event: LiveEvent): void {
    const told = this.#beganInOffice ? event.data : event.publicData
    if (told !== null)
      this.#send(`id: ${event.id}
event: ${event.name}
data: ${told}

`)
  }

  /** Lets the page go. It comes back by itself. */
  end(): void {
    this.#heartbeat.clear()
    if (!this.destroyed && !this.#ended) this.push(null)
    this.#ended = true
  }
  #ended = false

  #send(text: string): void {
    if (this.destroyed || this.#ended) return
    const sessionOver = this.#beganInOffice && !this.#office.isOpenTo(this.credentials)
    if (sessionOver || this.readableLength > WAITING_MAX_BYTES) this.end()
    else this.push(text)
  }

  /** Everything is pushed as it comes. */
  override _read(): void {}

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#heartbeat.clear()
    done(error)
  }
}
