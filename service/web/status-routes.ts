import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { credentialsOf } from './guard.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { StatusReader } from './status-reader.ts'
import { StatusSchema } from './status-schemas.ts'

/** `GET /api/status` */
export const statusRoutes: FastifyPluginAsyncTypebox<{ status: StatusReader }> = async (app, { status }) => {
  app.get(
    '/api/status',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The hub, the devices and their progress; with the office open also the projects by name',
        tags: ['board'],
        response: { 200: StatusSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => status.read(credentialsOf(request))
  )
}
