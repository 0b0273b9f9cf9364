import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DeliverySchema } from './delivery-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { DeliveryService } from './services.ts'

/** `GET /api/projects/{id}/delivery` */
export const deliveryRoutes: FastifyPluginAsyncTypebox<{ deliveries: DeliveryService }> = async (
  app,
  { deliveries }
) => {
  app.get(
    '/api/projects/:projectId/delivery',
    {
      schema: {
        summary: 'Whose data has reached whom, and what is missing where',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: { 200: DeliverySchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => deliveries.of(request.params.projectId)
  )
}
