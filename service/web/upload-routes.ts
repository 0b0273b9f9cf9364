import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { UploadService } from './services.ts'
import {
  CHUNK_MAX_BYTES,
  ChunkQuerySchema,
  UploadBodySchema,
  UploadParamsSchema,
  UploadSchema
} from './upload-schemas.ts'

/**
 * `POST|GET|PUT|DELETE {path}/uploads…`: files that come in chunks.
 * @param options.path such as `/api/shelf`
 */
export const uploadRoutes: FastifyPluginAsyncTypebox<{ path: string; uploads: UploadService }> = async (
  app,
  { path, uploads }
) => {
  const tags = [path.split('/').at(-1) ?? '']
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: CHUNK_MAX_BYTES },
    (_request, body, done) => done(null, body)
  )

  app.post(
    `${path}/uploads`,
    {
      schema: {
        summary: 'Begin to put a file there',
        tags,
        body: UploadBodySchema,
        response: { 201: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => reply.code(201).send(await uploads.begin(request.body.name, request.body.size))
  )

  app.get(
    `${path}/uploads/:uploadId`,
    {
      schema: {
        summary: 'How far an upload is: where to go on after a lost connection',
        tags,
        params: UploadParamsSchema,
        response: { 200: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => uploads.progress(request.params.uploadId)
  )

  app.put(
    `${path}/uploads/:uploadId`,
    {
      bodyLimit: CHUNK_MAX_BYTES,
      schema: {
        summary: `The next bytes of an upload, ${CHUNK_MAX_BYTES} at most (application/octet-stream)`,
        tags,
        params: UploadParamsSchema,
        querystring: ChunkQuerySchema,
        response: { 200: UploadSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      return uploads.append(request.params.uploadId, request.query.offset, bytes)
    }
  )

  app.delete(
    `${path}/uploads/:uploadId`,
    {
      schema: {
        summary: 'Give up an upload',
        tags,
        params: UploadParamsSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      await uploads.cancel(request.params.uploadId)
      return reply.code(204).send(null)
    }
  )
}
