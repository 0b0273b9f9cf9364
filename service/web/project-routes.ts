import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Readable } from 'node:stream'
import Type from 'typebox'
import { allowSilence, SLOW_ROUTE_MS } from './limits.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { MemberSchema, ProjectParamsSchema, ProjectSchema } from './project-schemas.ts'
import type { ProjectService } from './services.ts'
import { StreamSchema } from './stream-schema.ts'

/** `GET /api/projects`, `…/{id}`, `…/devices`, `…/export.geojson` and `POST …/rebuild-mirror` */
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

  app.get(
    '/api/projects/:projectId/export.geojson',
    {
      schema: {
        summary: 'Observations and tracks of a project as one GeoJSON FeatureCollection',
        tags: ['projects'],
        params: ProjectParamsSchema,
        response: {
          200: {
            description: 'RFC 7946',
            content: { 'application/geo+json': { schema: StreamSchema } }
          },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      const { projectId } = request.params
      // Asked for first: an unknown project must be refused before the answer has begun.
      await projects.get(projectId)
      return reply
        .type('application/geo+json')
        .header('content-disposition', `attachment; filename="waystation-${projectId.slice(0, 8)}.geojson"`)
        .send(Readable.from(projects.exportGeoJson(projectId)))
    }
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
