import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Credentials, Office } from './office/office.ts'
import { requireOwnOrigin } from './origin.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Left out, it is the office: a route that forgets to say is closed. */
    access?: 'public'
  }
}

export const SESSION_COOKIE = 'waystation'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Closes every route of this instance that is not marked as public, before its body is read. */
export function guardRoutes(app: FastifyInstance, office: Office): void {
  app.addHook('onRequest', async (request, reply) => {
    const changesState = !READING.has(request.method)
    const isPublic = request.routeOptions.config.access === 'public'
    if (changesState || !isPublic) requireOwnOrigin(request, changesState)
    if (isPublic) return
    office.enter(credentialsOf(request))
    office.visitBegan()
    reply.raw.once('close', () => office.visitEnded())
  })
}

export function credentialsOf(request: FastifyRequest): Credentials {
  const [, bearer] = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(request.headers.authorization ?? '') ?? []
  return { session: request.cookies[SESSION_COOKIE], bearer }
}
