import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { basename } from 'node:path'
import Type from 'typebox'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { ShelfService } from './services.ts'
import { ShelfFileParamsSchema, ShelfSchema } from './shelf-schemas.ts'

/** A file from the shelf gets no rights of the page, whatever a browser makes of it. */
const FILE_POLICY = "default-src 'none'; sandbox"

/** `GET /api/shelf` and `DELETE /api/shelf/files/{name}` */
export const shelfRoutes: FastifyPluginAsyncTypebox<{ shelf: ShelfService }> = async (app, { shelf }) => {
  app.get(
    '/api/shelf',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Files for phones on the network',
        tags: ['board'],
        response: { 200: ShelfSchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => shelf.list()
  )

  app.delete(
    '/api/shelf/files/:name',
    {
      schema: {
        summary: 'Take a file from the shelf',
        tags: ['shelf'],
        params: ShelfFileParamsSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      await shelf.remove(request.params.name)
      return reply.code(204).send(null)
    }
  )
}

/** `GET /shelf/{name}`: the files themselves, to everybody, with byte ranges and validators so that downloads resume. */
export async function serveShelf(app: FastifyInstance, shelf: ShelfService): Promise<void> {
  await app.register(fastifyStatic, {
    root: shelf.directory,
    prefix: '/shelf/',
    decorateReply: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      const name = basename(path)
      reply.header('content-type', shelf.typeOf(name))
      reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
      reply.header('content-security-policy', FILE_POLICY)
      reply.header('cache-control', 'no-cache')
    }
  })
}
