import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopback } from '../private-address.ts'
import type { Credentials, Office } from './office/office.ts'
import { WaystationError } from '../errors.ts'
import { requireOwnOrigin } from './origin.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Left out, it is the office: a route that forgets to say is closed. */
    access?: 'public'
    /** Something that nobody else on the Wi-Fi may read: a passphrase. What is for the office is so by itself. */
    confidential?: true
  }
}

export const SESSION_COOKIE = 'waystation'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Closes every route of this instance that is not marked as public, before its body is read.
 * @param parts.encrypts whether there is an encrypted way in: what is confidential is then refused on the plain one
 */
export function guardRoutes(
  app: FastifyInstance,
  { office, encrypts }: { office: Office; encrypts: boolean }
): void {
  app.addHook('onRequest', async (request, reply) => {
    const changesState = !READING.has(request.method)
    const { access, confidential } = request.routeOptions.config
    const isPublic = access === 'public'
    if (changesState || !isPublic) requireOwnOrigin(request, changesState)
    if (encrypts && (confidential || !isPublic)) requireEncryption(request)
    if (isPublic) return
    office.enter(credentialsOf(request))
    office.visitBegan()
    reply.raw.once('close', () => office.visitEnded())
  })
}

/** What stays on this machine needs none. */
function requireEncryption({ protocol, ip }: FastifyRequest): void {
  if (protocol !== 'https' && !isLoopback(ip)) throw new WaystationError('ENCRYPTION_REQUIRED')
}

export function credentialsOf(request: FastifyRequest): Credentials {
  const [, bearer] = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(request.headers.authorization ?? '') ?? []
  return { session: request.cookies[SESSION_COOKIE], bearer }
}
