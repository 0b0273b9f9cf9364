import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { WaystationError } from '../errors.ts'
import { byteRange, parseRange } from './byte-range.ts'
import { VARIANTS } from './observation-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { CLOSED, DriveIdSchema, OneOf, ProjectIdSchema } from './schema.ts'
import type { ProjectService } from './services.ts'
import { StreamSchema } from './stream-schema.ts'

const PhotoParamsSchema = Type.Object(
  {
    projectId: ProjectIdSchema,
    driveId: DriveIdSchema,
    variant: OneOf(VARIANTS),
    name: Type.String({ pattern: '^[^/\\p{Cc}]{1,255}$' })
  },
  CLOSED
)

/**
 * What a browser shows by itself without running anything. Everything else that a member stored is offered as a file: an
 * SVG or a page would run with the rights of the office.
 */
const SHOWN_TYPES = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'audio/x-m4a'
])

/** Also the shown ones get no rights, whatever a browser makes of them. */
const FILE_POLICY = "default-src 'none'; sandbox"

/** `GET /api/projects/{id}/photos/{driveId}/{variant}/{name}` */
export const photoRoutes: FastifyPluginAsyncTypebox<{ projects: ProjectService }> = async (
  app,
  { projects }
) => {
  app.get(
    '/api/projects/:projectId/photos/:driveId/:variant/:name',
    {
      schema: {
        summary: 'A photo or an audio recording in one of its variants; byte ranges are served',
        tags: ['observations'],
        params: PhotoParamsSchema,
        response: {
          '2xx': {
            description: 'The bytes as the owner stored them',
            content: { 'application/octet-stream': { schema: StreamSchema } }
          },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      const { projectId, ...photo } = request.params
      const file = await projects.file(projectId, photo)
      reply.headers({ 'accept-ranges': 'bytes', 'content-security-policy': FILE_POLICY })
      if (file.mimeType !== null && SHOWN_TYPES.has(file.mimeType)) {
        reply.type(file.mimeType)
      } else {
        reply
          .type('application/octet-stream')
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(photo.name)}`)
      }
      const range = parseRange(request.headers.range, file.byteLength)
      if (range === 'unsatisfiable') {
        reply.header('content-range', `bytes */${file.byteLength}`)
        throw new WaystationError('RANGE_NOT_SATISFIABLE')
      }
      if (range === null) {
        return reply.header('content-length', file.byteLength).send(file.createReadStream())
      }
      return reply
        .code(206)
        .header('content-length', range.end - range.start)
        .header('content-range', `bytes ${range.start}-${range.end - 1}/${file.byteLength}`)
        .send(byteRange(file.createReadStream(), range))
    }
  )
}
