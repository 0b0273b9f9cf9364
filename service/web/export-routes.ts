import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import Type from 'typebox'
import {
  DownloadQuerySchema,
  EXPORT_FORMATS,
  ExportIdParamsSchema,
  ExportParamsSchema,
  ExportPlanSchema,
  ExportRunSchema,
  ExportScopeSchema,
  type ExportFormat
} from './export-schemas.ts'
import { parseFilter } from './field-filter.ts'
import { allowSilence, SLOW_ROUTE_MS } from './limits.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { ExportScope, ExportService } from './services.ts'
import { StreamSchema } from './stream-schema.ts'

const MIME_TYPES: Readonly<Record<ExportFormat, string>> = {
  geojson: 'application/geo+json',
  csv: 'text/csv; charset=utf-8',
  kml: 'application/vnd.google-earth.kml+xml',
  gpx: 'application/gpx+xml',
  zip: 'application/zip'
}

/** `GET …/export.{format}`, `GET …/export-plan`, `POST …/exports/{format}`, and `GET /api/exports` with what belongs to it */
export const exportRoutes: FastifyPluginAsyncTypebox<{ exports: ExportService }> = async (
  app,
  { exports }
) => {
  const tags = ['exports']

  // One route each: the dot before a parameter would let anything through.
  for (const format of EXPORT_FORMATS) {
    app.get(
      `/api/projects/:projectId/export.${format}`,
      {
        schema: {
          summary: `Observations and tracks of a project that a filter lets through, as ${format}`,
          tags,
          params: ProjectParamsSchema,
          querystring: DownloadQuerySchema,
          response: {
            200: { description: format, content: { [MIME_TYPES[format]]: { schema: StreamSchema } } },
            default: PROBLEM_RESPONSE
          }
        }
      },
      async (request, reply) => {
        const { projectId } = request.params
        const { run, ...scope } = request.query
        // Large tables and slow cards: the first byte may come late.
        allowSilence(request, SLOW_ROUTE_MS)
        const { fileName, bytes } = await exports.download(projectId, format, scopeOf(scope), run)
        return reply
          .type(MIME_TYPES[format])
          .header('content-disposition', contentDisposition(fileName))
          .send(bytes)
      }
    )
  }

  app.get(
    '/api/projects/:projectId/export-plan',
    {
      schema: {
        summary: 'What an export would hold, and what of it is not here yet',
        tags,
        params: ProjectParamsSchema,
        querystring: ExportScopeSchema,
        response: { 200: ExportPlanSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => exports.plan(request.params.projectId, scopeOf(request.query))
  )

  app.post(
    '/api/projects/:projectId/exports/:format',
    {
      schema: {
        summary: 'Write an export to the USB stick; answers when it has begun',
        tags,
        params: ExportParamsSchema,
        querystring: ExportScopeSchema,
        response: { 202: ExportRunSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      const { projectId, format } = request.params
      return reply.code(202).send(await exports.toUsb(projectId, format, scopeOf(request.query)))
    }
  )

  app.get(
    '/api/exports',
    {
      schema: {
        summary: 'Exports that are being written or were lately, the newest first',
        tags,
        response: { 200: Type.Array(ExportRunSchema), default: PROBLEM_RESPONSE }
      }
    },
    async () => exports.list()
  )

  app.get(
    '/api/exports/:id',
    {
      schema: {
        summary: 'How far an export is',
        tags,
        params: ExportIdParamsSchema,
        response: { 200: ExportRunSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => exports.get(request.params.id)
  )

  app.delete(
    '/api/exports/:id',
    {
      schema: {
        summary: 'Stop writing to the USB stick',
        tags,
        params: ExportIdParamsSchema,
        response: { 200: ExportRunSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => exports.cancel(request.params.id)
  )
}

function scopeOf({ lang, ...query }: Static<typeof ExportScopeSchema>): ExportScope {
  return { filter: parseFilter(query), language: lang }
}

/** RFC 6266: the plain name for old browsers, the true one for all others. */
function contentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`
}
