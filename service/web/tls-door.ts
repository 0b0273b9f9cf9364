import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Resource } from '../resource.ts'
import { HTTP_LIMITS } from './limits.ts'
import { keepPlaces } from './places.ts'
import { openTlsIdentity } from './tls-identity.ts'

/** How long a phone may take to agree on keys. */
const HANDSHAKE_MS = 10_000

/** The encrypted address of the page, as people need it to open and to check it. */
export interface EncryptedAddress {
  readonly port: number
  /** SHA-256 of the certificate: upper-case hex with colons. */
  readonly fingerprint: string
}

/**
 * The same page and API once more, encrypted with a certificate of the hub's own: who shares the key of the Wi-Fi could
 * otherwise read what the office does. With the limits of the plain one.
 */
export class TlsDoor extends Resource {
  readonly #app: FastifyInstance
  readonly #address: { host: string; port: number }
  readonly #keysDirectory: string
  #server: Server | null = null
  #fingerprint = ''

  /** @param parts.app ready for requests */
  constructor(parts: {
    app: FastifyInstance
    /** Port 0 is any free one. */
    address: { host: string; port: number }
    keysDirectory: string
  }) {
    super()
    this.#app = parts.app
    this.#address = parts.address
    this.#keysDirectory = parts.keysDirectory
  }

  get encryptedAddress(): EncryptedAddress {
    const bound = this.#server?.address() as AddressInfo | null | undefined
    if (!bound) throw new Error('not listening')
    return { port: bound.port, fingerprint: this.#fingerprint }
  }

  protected override async _open() {
    const { pem, fingerprint } = await openTlsIdentity(this.#keysDirectory)
    const { http, connectionTimeout, requestTimeout, keepAliveTimeout, maxRequestsPerSocket } = HTTP_LIMITS
    const server = createServer(
      {
        ...http,
        key: pem,
        cert: pem,
        minVersion: 'TLSv1.2',
        handshakeTimeout: HANDSHAKE_MS,
        requestTimeout,
        keepAliveTimeout
      },
      (request, response) => this.#app.routing(request, response)
    )
    keepPlaces(server)
    server.maxRequestsPerSocket = maxRequestsPerSocket
    server.setTimeout(connectionTimeout)
    await this.#app.ready()
    server.listen(this.#address)
    await once(server, 'listening')
    this.#fingerprint = fingerprint
    this.#server = server
  }

  /** Requests under way are cut off: close the app first, which ends what it has begun. */
  protected override async _close() {
    if (this.#server === null) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
