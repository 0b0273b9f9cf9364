import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { WaystationError } from '../errors.ts'

/**
 * The names under which people reach the hub. Another name that resolves to its address is a page from elsewhere that
 * changed its own address (DNS rebinding).
 */
const OWN_NAMES = new Set(['localhost', 'waystation', 'waystation.lan'])
const OWN_SUFFIX = '.local'

/** @param host a Host header: name or address, with or without port, an IPv6 address in brackets */
export function isOwnHost(host: string): boolean {
  const url = parseUrl(`http://${host}`)
  if (url === null || url.username !== '' || url.pathname !== '/') return false
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || OWN_NAMES.has(name) || name.endsWith(OWN_SUFFIX)
}

/**
 * Refuses what another website makes a browser send: a Host that is not the hub's, an Origin other than the Host, and a
 * cookie without any Origin on a request that changes something. Programs send no cookie, or say the Origin themselves.
 * @throws ORIGIN_REFUSED
 */
export function requireOwnOrigin(request: FastifyRequest, changesState: boolean): void {
  const { host, origin, cookie } = request.headers
  if (host === undefined || !isOwnHost(host)) throw new WaystationError('ORIGIN_REFUSED')
  if (origin === undefined) {
    if (changesState && cookie !== undefined) throw new WaystationError('ORIGIN_REFUSED')
  } else if (parseUrl(origin)?.host !== parseUrl(`http://${host}`)?.host) {
    throw new WaystationError('ORIGIN_REFUSED')
  }
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
