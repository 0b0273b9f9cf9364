import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { allowSilence, SLOW_ROUTE_MS } from './limits.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { MemberSchema, ProjectParamsSchema, ProjectSchema } from './project-schemas.ts'
import type { ProjectService } from './services.ts'

/** `GET /api/projects`, `…/{id}`, `…/devices` and `POST …/rebuild-mirror` */
export const projectRoutes: FastifyPluginAsyncTypebox<{ projects: ProjectService }> = async (
  app,
  { projects }
) => {
  app.get(
    '/api/projects',
    {
      schema: {
        summary: 'The projects of the hub',
        tags: ['projects'],
        response: { 200: Type.Array(ProjectSchema), default: PROBLEM_RESPONSE }
      }
    },
    async () => projects.list()
  )

  app.get(
    '/api/projects/:projectId',
    {
      schema: {
        summary: 'One project',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: { 200: ProjectSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => projects.get(request.params.projectId)
  )

  app.get(
    '/api/projects/:projectId/devices',
    {
      schema: {
        summary: 'The members of a project, and how far each is',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: { 200: Type.Array(MemberSchema), default: PROBLEM_RESPONSE }
      }
    },
    async (request) => projects.members(request.params.projectId)
  )

  app.post(
    '/api/projects/:projectId/rebuild-mirror',
    {
      schema: {
        summary: 'Index the project anew from what is on the card; answers when it is done',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      allowSilence(request, SLOW_ROUTE_MS)
      await projects.rebuildMirror(request.params.projectId)
      return reply.code(204).send(null)
    }
  )
}
