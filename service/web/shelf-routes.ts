import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { basename } from 'node:path'
import Type from 'typebox'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { ShelfService } from './services.ts'
import {
  CHUNK_MAX_BYTES,
  ChunkQuerySchema,
  ShelfFileParamsSchema,
  ShelfSchema,
  UploadBodySchema,
  UploadParamsSchema,
  UploadSchema
} from './shelf-schemas.ts'

/** A file from the shelf gets no rights of the page, whatever a browser makes of it. */
const FILE_POLICY = "default-src 'none'; sandbox"

/** `GET /api/shelf`, `POST|GET|PUT|DELETE /api/shelf/uploads…` and `DELETE /api/shelf/files/{name}` */
export const shelfRoutes: FastifyPluginAsyncTypebox<{ shelf: ShelfService }> = async (app, { shelf }) => {
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: CHUNK_MAX_BYTES },
    (_request, body, done) => done(null, body)
  )

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

  app.post(
    '/api/shelf/uploads',
    {
      schema: {
        summary: 'Begin to put a file on the shelf',
        tags: ['shelf'],
        body: UploadBodySchema,
        response: { 201: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => reply.code(201).send(await shelf.begin(request.body.name, request.body.size))
  )

  app.get(
    '/api/shelf/uploads/:uploadId',
    {
      schema: {
        summary: 'How far an upload is: where to go on after a lost connection',
        tags: ['shelf'],
        params: UploadParamsSchema,
        response: { 200: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => shelf.progress(request.params.uploadId)
  )

  app.put(
    '/api/shelf/uploads/:uploadId',
    {
      bodyLimit: CHUNK_MAX_BYTES,
      schema: {
        summary: `The next bytes of an upload, ${CHUNK_MAX_BYTES} at most (application/octet-stream)`,
        tags: ['shelf'],
        params: UploadParamsSchema,
        querystring: ChunkQuerySchema,
        response: { 200: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      return shelf.append(request.params.uploadId, request.query.offset, bytes)
    }
  )

  app.delete(
    '/api/shelf/uploads/:uploadId',
    {
      schema: {
        summary: 'Give up an upload',
        tags: ['shelf'],
        params: UploadParamsSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      await shelf.cancel(request.params.uploadId)
      return reply.code(204).send(null)
    }
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
