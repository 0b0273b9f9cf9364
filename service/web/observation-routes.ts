import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseFilter } from './field-filter.ts'
import {
  ObservationPageSchema,
  ObservationParamsSchema,
  ObservationQuerySchema,
  ObservationSchema
} from './observation-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { ProjectService } from './services.ts'

/** `GET /api/projects/{id}/observations` and `…/observations/{docId}` */
export const observationRoutes: FastifyPluginAsyncTypebox<{ projects: ProjectService }> = async (
  app,
  { projects }
) => {
  app.get(
    '/api/projects/:projectId/observations',
    {
      schema: {
        summary: 'Observations by time, place and device, the newest first',
        tags: ['observations'],
        params: ProjectParamsSchema,
        querystring: ObservationQuerySchema,
        response: { 200: ObservationPageSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query: { limit, cursor, ...filter } }) =>
      projects.observations(params.projectId, {
        ...parseFilter(filter),
        limit,
        ...(cursor === undefined ? {} : { cursor })
      })
  )

  app.get(
    '/api/projects/:projectId/observations/:docId',
    {
      schema: {
        summary: 'One observation',
        tags: ['observations'],
        params: ObservationParamsSchema,
        response: { 200: ObservationSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => projects.observation(request.params.projectId, request.params.docId)
  )
}
