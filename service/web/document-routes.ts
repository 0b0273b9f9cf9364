import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Readable } from 'node:stream'
import Type from 'typebox'
import { WaystationError } from '../errors.ts'
import {
  AlertPageSchema,
  CategorySchema,
  DeletionPageSchema,
  DeletionQuerySchema,
  DocumentParamsSchema,
  LanguageQuerySchema,
  ObservationAtSchema,
  ObservationCountsSchema,
  ObservationDetailSchema,
  TrackDetailSchema,
  TrackPageSchema,
  TrackQuerySchema,
  VersionsQuerySchema
} from './document-schemas.ts'
import { parseFilter } from './field-filter.ts'
import { FilterQuerySchema, ObservationQuerySchema } from './observation-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { VersionId } from '../ids.ts'
import type { DocumentService } from './services.ts'
import { StreamSchema } from './stream-schema.ts'

/** An icon that a member made: shown as a picture, it gets no rights; opened by itself, none either. */
const ICON_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const streamed = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: StreamSchema } }
})

/** What people collected, as the office looks at it. */
export const documentRoutes: FastifyPluginAsyncTypebox<{ documents: DocumentService }> = async (
  app,
  { documents }
) => {
  const tags = ['observations']

  app.get(
    '/api/projects/:projectId/observations/table',
    {
      schema: {
        summary: 'All observations that a filter lets through, as rows of 24 bytes behind one line of JSON',
        tags,
        params: ProjectParamsSchema,
        querystring: FilterQuerySchema,
        response: {
          200: streamed('application/octet-stream', 'See docs/table-format.md'),
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      const bytes = await documents.observationTable(request.params.projectId, parseFilter(request.query))
      return reply.type('application/octet-stream').send(bytes)
    }
  )

  app.get(
    '/api/projects/:projectId/observations/counts',
    {
      schema: {
        summary: 'How many observations a filter lets through, by category, by collector and by month',
        tags,
        params: ProjectParamsSchema,
        querystring: FilterQuerySchema,
        response: { 200: ObservationCountsSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => documents.observationCounts(request.params.projectId, parseFilter(request.query))
  )

  app.get(
    '/api/projects/:projectId/observations/at',
    {
      schema: {
        summary: 'The observations that some versions belong to, as they are now',
        tags,
        params: ProjectParamsSchema,
        querystring: VersionsQuerySchema,
        response: { 200: Type.Array(ObservationAtSchema), default: PROBLEM_RESPONSE }
      }
    },
    async (request) =>
      documents.observationsAt(request.params.projectId, request.query.versions.split(',') as VersionId[])
  )

  app.get(
    '/api/projects/:projectId/observations/:docId/detail',
    {
      schema: {
        summary: 'One observation in the words of the project, with its history',
        tags,
        params: DocumentParamsSchema,
        querystring: LanguageQuerySchema,
        response: { 200: ObservationDetailSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query }) => documents.observationDetail(params.projectId, params.docId, query.lang)
  )

  app.get(
    '/api/projects/:projectId/tracks',
    {
      schema: {
        summary: 'Tracks by time, place of their start and device, the newest first',
        tags,
        params: ProjectParamsSchema,
        querystring: TrackQuerySchema,
        response: { 200: TrackPageSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query: { limit, cursor, lang, ...filter } }) => {
      const query = { ...parseFilter(filter), limit, ...(cursor === undefined ? {} : { cursor }) }
      return documents.tracks(params.projectId, query, lang)
    }
  )

  app.get(
    '/api/projects/:projectId/tracks/:docId',
    {
      schema: {
        summary: 'One track with all of its positions',
        tags,
        params: DocumentParamsSchema,
        querystring: LanguageQuerySchema,
        response: { 200: TrackDetailSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query }) => documents.track(params.projectId, params.docId, query.lang)
  )

  app.get(
    '/api/projects/:projectId/alerts',
    {
      schema: {
        summary: 'What was detected from afar, the newest first',
        tags,
        params: ProjectParamsSchema,
        querystring: ObservationQuerySchema,
        response: { 200: AlertPageSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query: { limit, cursor, ...filter } }) =>
      documents.alerts(params.projectId, {
        ...parseFilter(filter),
        limit,
        ...(cursor === undefined ? {} : { cursor })
      })
  )

  app.get(
    '/api/projects/:projectId/deletions',
    {
      schema: {
        summary: 'What was deleted, when and by whom, with its last content; the last deletion first',
        tags,
        params: ProjectParamsSchema,
        querystring: DeletionQuerySchema,
        response: { 200: DeletionPageSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query }) => documents.deletions(params.projectId, query)
  )

  app.get(
    '/api/projects/:projectId/categories',
    {
      schema: {
        summary: 'The categories of a project',
        tags,
        params: ProjectParamsSchema,
        querystring: LanguageQuerySchema,
        response: { 200: Type.Array(CategorySchema), default: PROBLEM_RESPONSE }
      }
    },
    async ({ params, query }) => documents.categories(params.projectId, query.lang)
  )

  app.get(
    '/api/projects/:projectId/icons/:docId',
    {
      schema: {
        summary: 'The picture of a category',
        tags,
        params: DocumentParamsSchema,
        response: { 200: streamed('image/svg+xml', 'SVG or PNG'), default: PROBLEM_RESPONSE }
      }
    },
    async ({ params }, reply) => {
      const icon = await documents.icon(params.projectId, params.docId)
      if (icon === null) throw new WaystationError('DOCUMENT_NOT_FOUND')
      return reply
        .type(icon.mimeType)
        .header('content-security-policy', ICON_POLICY)
        .send(Readable.from([icon.bytes], { objectMode: false }))
    }
  )
}
