import type { InviteView } from '../service/web/invite-schemas.ts'
import type { ProjectView } from '../service/web/project-schemas.ts'
import type { DeviceView, StatusView } from '../service/web/status-schemas.ts'

/** The browser comes back by itself after a lost connection, but not after an answer that is an error. */
const RETRY_MS = 5_000

export interface LiveHandlers {
  status: (status: StatusView) => void
  device: (device: DeviceView) => void
  invite: (invite: InviteView) => void
  project: (project: ProjectView) => void
  connected: () => void
  lost: () => void
}

/** The events of the hub, for as long as the page is open. */
export class Live {
  readonly #handlers: LiveHandlers
  #source: EventSource | null = null
  #retry: number | undefined

  constructor(handlers: LiveHandlers) {
    this.#handlers = handlers
  }

  /** Connects, or connects anew: the hub decides at the connection what this page may hear. */
  connect(): void {
    window.clearTimeout(this.#retry)
    this.#source?.close()
    const source = new EventSource('/api/events')
    this.#source = source
    source.addEventListener('open', () => this.#handlers.connected())
    source.addEventListener('error', () => {
      this.#handlers.lost()
      if (source.readyState === EventSource.CLOSED) {
        this.#retry = window.setTimeout(() => this.connect(), RETRY_MS)
      }
    })
    for (const name of ['status', 'device', 'invite', 'project'] as const) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        // The data of an event has the shape of its name: see GET /api/events.
        const handle = this.#handlers[name] as (value: unknown) => void
        handle(JSON.parse(data))
      })
    }
  }
}
