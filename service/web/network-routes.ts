import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { allowSilence, SCAN_ROUTE_MS } from './limits.ts'
import { NetworkChangeSchema, NetworkSchema, TownListSchema } from './network-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { NetworkService } from './services.ts'

/** `GET|PATCH /api/network`, `POST /api/network/confirm|revert|scan` */
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

  app.post(
    '/api/network/scan',
    {
      schema: {
        summary: "Listen for somebody else's Wi-Fi that the hub could join: takes some seconds",
        tags,
        response: { 200: TownListSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => {
      allowSilence(request, SCAN_ROUTE_MS)
      return network.scan()
    }
  )
}
