import type { InviteView } from '../../service/web/invite-schemas.ts'
import type { ProjectView } from '../../service/web/project-schemas.ts'
import type { SessionView } from '../../service/web/session-schemas.ts'
import type { DeviceView, StatusView } from '../../service/web/status-schemas.ts'

/** The browser comes back by itself after a lost connection, but not after an answer that is an error. */
const RETRY_MS = 5_000

/** The hub is heard every 20 s at least. A phone that slept, or left the Wi-Fi, gets no error of a dead connection. */
const SILENCE_MAX_MS = 45_000

/** What the hub tells while the page is open: see `GET /api/events`. */
export interface LiveMessages {
  status: StatusView
  device: DeviceView
  session: SessionView
  invite: InviteView
  project: ProjectView
}

const NAMES = ['status', 'device', 'session', 'invite', 'project'] as const satisfies (keyof LiveMessages)[]

/** The events of the hub, for as long as the page is open. */
export class Live {
  readonly #listeners: { [Name in keyof LiveMessages]: Set<(message: LiveMessages[Name]) => void> } = {
    status: new Set(),
    device: new Set(),
    session: new Set(),
    invite: new Set(),
    project: new Set()
  }
  readonly #onConnection: (state: 'live' | 'lost') => void
  #source: EventSource | null = null
  #retry: number | undefined
  #heardAt = 0

  constructor(onConnection: (state: 'live' | 'lost') => void) {
    this.#onConnection = onConnection
    // Back on the screen, back on the Wi-Fi: people look now, and not after the next try.
    const lookNow = () => {
      const isSilent = performance.now() - this.#heardAt > SILENCE_MAX_MS
      if (!document.hidden && (isSilent || this.#source?.readyState !== EventSource.OPEN)) this.connect()
    }
    document.addEventListener('visibilitychange', lookNow)
    // Anew in any case: a connection that was there before may still be called open, and dead or alive says nothing of it.
    window.addEventListener('online', () => this.connect())
    window.addEventListener('offline', () => this.#onConnection('lost'))
  }

  /** @returns the way to stop listening */
  on<Name extends keyof LiveMessages>(
    name: Name,
    listener: (message: LiveMessages[Name]) => void
  ): () => void {
    this.#listeners[name].add(listener)
    return () => this.#listeners[name].delete(listener)
  }

  /** Connects, or connects anew: the hub decides at the connection what this page may hear. */
  connect(): void {
    window.clearTimeout(this.#retry)
    this.#source?.close()
    const source = new EventSource('/api/events')
    this.#source = source
    source.addEventListener('open', () => {
      this.#heardAt = performance.now()
      this.#onConnection('live')
    })
    source.addEventListener('error', () => {
      this.#onConnection('lost')
      if (source.readyState === EventSource.CLOSED) {
        this.#retry = window.setTimeout(() => this.connect(), RETRY_MS)
      }
    })
    for (const name of NAMES) this.#relay(source, name)
  }

  #relay<Name extends keyof LiveMessages>(source: EventSource, name: Name): void {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      this.#heardAt = performance.now()
      // The data of an event has the shape of its name.
      const message = JSON.parse(data) as LiveMessages[Name]
      for (const listener of this.#listeners[name]) listener(message)
    })
  }
}
