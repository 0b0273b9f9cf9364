import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { WaystationError } from '../errors.ts'
import { PROBLEM_RESPONSE, type Problem } from './problem-schema.ts'
import type { WebServices } from './services.ts'

/** `GET /api/health`, for supervisors */
export const healthRoutes: FastifyPluginAsyncTypebox<{ services: Pick<WebServices, 'health'> }> = async (
  app,
  { services }
) => {
  app.get(
    '/api/health',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the hub can serve; 503 with the reason while it cannot',
        tags: ['board'],
        response: { 200: Type.Object({ serving: Type.Literal(true) }), default: PROBLEM_RESPONSE }
      }
    },
    async (_request, reply) => {
      const health = await services.health()
      if (health.serving) return health
      // Not thrown: the reason is meant for the one who asks, unlike the detail of an error.
      const { code, status, title } = new WaystationError('NOT_SERVING')
      const problem: Problem = { type: 'about:blank', title, status, detail: health.reason, code }
      return reply.code(503).type('application/problem+json').send(problem)
    }
  )
}
