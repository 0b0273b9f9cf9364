import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { Resource } from '../resource.ts'
import { createWebApp } from './app.ts'
import { LiveEvents } from './live-events.ts'
import { Office } from './office/office.ts'
import type { WebServices } from './services.ts'
import { StatusReader } from './status-reader.ts'
import { TlsDoor, type EncryptedAddress } from './tls-door.ts'

export interface WebServerParts {
  services: WebServices
  /** Port 0 is any free one. */
  address: { host: string; port: number }
  /** Where the same is served encrypted; null is nowhere. The office is then closed to plain HTTP, except on this machine. */
  encryptedAddress: { host: string; port: number } | null
  /** Directory of the hub's keys: the passphrase hash and the operator token lie in it. Made when it is missing. */
  keysDirectory: string
  /** Where the built page lies; null serves the API alone. */
  pageDirectory: string | null
  clock: Clock
  logger: Logger
}

/** The page and the API on a socket. */
export class WebServer extends Resource {
  readonly #parts: WebServerParts
  readonly #office: Office
  #app: FastifyInstance | null = null
  #tlsDoor: TlsDoor | null = null
  #url: string | null = null

  constructor(parts: WebServerParts) {
    super()
    this.#parts = parts
    this.#office = new Office({ ...parts, lock: parts.services.lock })
  }

  /** Address of the page, with the real port. Where the hub listens on all addresses it names this machine. */
  get url(): string {
    if (this.#url === null) throw new Error('not listening')
    return this.#url
  }

  /** The encrypted address with its real port, or null. */
  get https(): EncryptedAddress | null {
    return this.#tlsDoor?.encryptedAddress ?? null
  }

  /** The real port. */
  get port(): number {
    return Number(new URL(this.url).port || 80)
  }

  protected override async _open() {
    const { services, address, encryptedAddress, keysDirectory, pageDirectory, clock, logger } = this.#parts
    const office = this.#office
    await office.ready()
    const status = new StatusReader({
      board: services.board,
      office,
      settings: services.settings,
      https: () => (this.#tlsDoor?.opened ? this.#tlsDoor.encryptedAddress : null)
    })
    const events = new LiveEvents({ changes: services.changes, status, office, clock, logger })
    await events.ready()
    try {
      // Closing the app closes the events, too.
      this.#app = await createWebApp({
        services,
        office,
        status,
        events,
        encrypts: encryptedAddress !== null,
        pageDirectory,
        logger
      })
      if (encryptedAddress !== null) {
        this.#tlsDoor = new TlsDoor({ app: this.#app, address: encryptedAddress, keysDirectory })
        await this.#tlsDoor.ready()
      }
      await this.#app.listen({
        host: address.host,
        port: address.port,
        listenTextResolver: () => 'listening'
      })
    } catch (error) {
      await this.#app?.close()
      await this.#tlsDoor?.close()
      await events.close()
      throw error
    }
    const bound = this.#app.server.address()
    this.#url = urlOf(address.host, typeof bound === 'object' && bound !== null ? bound.port : address.port)
  }

  protected override async _close() {
    await this.#app?.close()
    await this.#tlsDoor?.close()
    await this.#office.close()
  }
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
