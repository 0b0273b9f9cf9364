import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { SessionService } from './services.ts'
import { SessionQuerySchema, SessionSchema, TotalsQuerySchema, TotalsSchema } from './session-schemas.ts'

/** `GET /api/sessions` and `GET /api/sessions/totals` */
export const sessionRoutes: FastifyPluginAsyncTypebox<{ sessions: SessionService }> = async (
  app,
  { sessions }
) => {
  app.get(
    '/api/sessions',
    {
      schema: {
        summary: 'Who exchanged what with the hub, the newest first',
        tags: ['projects'],
        querystring: SessionQuerySchema,
        response: { 200: Type.Array(SessionSchema), default: PROBLEM_RESPONSE }
      }
    },
    async (request) => sessions.list(request.query)
  )

  app.get(
    '/api/sessions/totals',
    {
      schema: {
        summary: 'How much was exchanged today, this week and ever',
        tags: ['projects'],
        querystring: TotalsQuerySchema,
        response: { 200: TotalsSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => sessions.totals(request.query)
  )
}
