import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NetworkChangeSchema, NetworkSchema } from './network-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { NetworkService } from './services.ts'

/** `GET|PATCH /api/network`, `POST /api/network/confirm|revert` */
export const networkRoutes: FastifyPluginAsyncTypebox<{ network: NetworkService }> = async (
  app,
  { network }
) => {
  const response = { 200: NetworkSchema, default: PROBLEM_RESPONSE }
  const tags = ['network']

  app.get(
    '/api/network',
    { schema: { summary: 'The Wi-Fi, its settings, and who is on it', tags, response } },
    async () => network.get()
  )

  app.patch(
    '/api/network',
    {
      schema: {
        summary: 'Change settings; what makes phones join anew goes back by itself unless it is confirmed',
        tags,
        body: NetworkChangeSchema,
        response
      }
    },
    async (request) => network.change(request.body)
  )

  app.post(
    '/api/network/confirm',
    {
      schema: {
        summary: 'Keep the change, said by a device that has joined the changed network',
        tags,
        response
      }
    },
    async (request) => network.confirm(request.ip)
  )

  app.post(
    '/api/network/revert',
    { schema: { summary: 'Take the change on trial back at once', tags, response } },
    async () => network.revert()
  )
}
