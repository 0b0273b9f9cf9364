import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { credentialsOf } from './guard.ts'
import { allowSilence } from './limits.ts'
import type { LiveEvents } from './live-events.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { StreamSchema } from './stream-schema.ts'

/** `GET /api/events` */
export const eventRoutes: FastifyPluginAsyncTypebox<{ events: LiveEvents }> = async (app, { events }) => {
  app.get(
    '/api/events',
    {
      config: { access: 'public' },
      schema: {
        summary:
          'Server-sent events: status and device for everybody, session, invite and project with the office open',
        tags: ['board'],
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 64 })) }),
        response: {
          200: {
            description:
              'The data of each event is JSON of the shape that the route of the same name answers',
            content: { 'text/event-stream': { schema: StreamSchema } }
          },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      // Heartbeats are further apart than the limit for idle sockets allows.
      allowSilence(request, 0)
      reply.type('text/event-stream')
      return events.listen({
        credentials: credentialsOf(request),
        address: request.ip,
        lastEventId: request.headers['last-event-id'] ?? null
      })
    }
  )
}
