import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { credentialsOf } from './guard.ts'
import { allowSilence, PASSPHRASE_ROUTE_MS } from './limits.ts'
import type { Office } from './office/office.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { UpdateService } from './services.ts'
import { UpdateBodySchema, UpdateSchema } from './update-schemas.ts'

/** `GET` and `POST /api/update` */
export const updateRoutes: FastifyPluginAsyncTypebox<{ updates: UpdateService; office: Office }> = async (
  app,
  { updates, office }
) => {
  app.get(
    '/api/update',
    {
      schema: {
        summary: 'Which version runs, and what became of the latest update',
        tags: ['system'],
        response: { 200: UpdateSchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => updates.read()
  )

  app.post(
    '/api/update',
    {
      schema: {
        summary: 'Install a bundle from the shelf; the machine then starts anew',
        tags: ['system'],
        body: UpdateBodySchema,
        response: { 202: UpdateSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      allowSilence(request, PASSPHRASE_ROUTE_MS)
      await office.confirm(credentialsOf(request), request.body.passphrase)
      return reply.code(202).send(await updates.install(request.body.file))
    }
  )
}
