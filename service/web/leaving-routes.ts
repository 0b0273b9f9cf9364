import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { credentialsOf } from './guard.ts'
import { LeaveSchema, LeavingSchema } from './leaving-schemas.ts'
import { allowSilence, SLOW_ROUTE_MS } from './limits.ts'
import type { Office } from './office/office.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { LeavingService } from './services.ts'

/** `GET /api/projects/{id}/leaving` and `DELETE /api/projects/{id}` */
export const leavingRoutes: FastifyPluginAsyncTypebox<{ leaving: LeavingService; office: Office }> = async (
  app,
  { leaving, office }
) => {
  app.get(
    '/api/projects/:projectId/leaving',
    {
      schema: {
        summary: 'What would be lost if the hub left the project now; a problem where it does not leave it',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: { 200: LeavingSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => leaving.outlook(request.params.projectId)
  )

  app.delete(
    '/api/projects/:projectId',
    {
      schema: {
        summary: 'Leave the project and delete what the hub holds of it, the keys first',
        tags: ['projects'],
        params: ProjectParamsSchema,
        body: LeaveSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      allowSilence(request, SLOW_ROUTE_MS)
      const { passphrase, ...asked } = request.body
      await office.confirm(credentialsOf(request), passphrase)
      await leaving.leave(request.params.projectId, asked)
      return reply.code(204).send(null)
    }
  )
}
