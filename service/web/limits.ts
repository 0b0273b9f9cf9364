import type { FastifyHttpOptions, FastifyRequest } from 'fastify'
import type { Server } from 'node:http'
import { Socket } from 'node:net'

// What one request and one socket may cost. Nothing stands in front of the hub, and every phone on the Wi-Fi reaches it;
// Fastify's own defaults expect a proxy that keeps slow and greedy clients away.

/** A socket on which nothing moves. Shorter than it takes a person to notice, longer than a Wi-Fi takes to roam. */
const SOCKET_IDLE_MS = 10_000

/** A whole request: the largest is a passphrase. */
const REQUEST_MS = 15_000

/** Node looks for sockets past their time this often. */
const CONNECTIONS_CHECK_MS = 5_000

/** A page that loads asks for its next file at once. */
const KEEP_ALIVE_MS = 5_000

const REQUESTS_PER_SOCKET = 100

const BODY_MAX_BYTES = 16 * 1024

const HEADERS_MAX_BYTES = 8 * 1024

/** A photo name of 255 characters, each as percent-encoded UTF-8. */
const PARAMETER_MAX_CHARACTERS = 255 * 9

/** Ten phones with six sockets each, as browsers open them. */
export const SOCKETS_MAX = 64

/** Of them for one address while others wait for a place: a laptop with the page in two browsers. */
export const PLACES_OF_ONE_ADDRESS = SOCKETS_MAX / 4

/** Half of the sockets: pages that listen leave room for those that ask. */
export const LISTENERS_MAX = SOCKETS_MAX / 2

/** An answer that takes its time: a mirror is rebuilt from 100,000 documents on a slow card. */
export const SLOW_ROUTE_MS = 15 * 60_000

/** A passphrase is made slow to check: it took ten seconds on a machine as weak as the smallest and busy besides. */
export const PASSPHRASE_ROUTE_MS = 2 * 60_000

/** Other networks are listened for: a service is started for it, which may first have to give up joining one. */
export const SCAN_ROUTE_MS = 3 * 60_000

export const HTTP_LIMITS = {
  connectionTimeout: SOCKET_IDLE_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  maxRequestsPerSocket: REQUESTS_PER_SOCKET,
  bodyLimit: BODY_MAX_BYTES,
  http: {
    maxHeaderSize: HEADERS_MAX_BYTES,
    headersTimeout: SOCKET_IDLE_MS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS
  },
  routerOptions: { maxParamLength: PARAMETER_MAX_CHARACTERS },
  trustProxy: false
} satisfies FastifyHttpOptions<Server>

/** Lets the socket of this request be silent for longer than others: 0 is without limit. The next request on it is not. */
export function allowSilence(request: FastifyRequest, durationMs: number): void {
  // An injected request comes without a real one.
  if (request.raw.socket instanceof Socket) request.raw.socket.setTimeout(durationMs)
}
