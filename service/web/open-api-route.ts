import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

/** `GET /api/openapi.json` */
export const openApiRoute: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () =>
    app.swagger()
  )
}
