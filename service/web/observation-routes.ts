import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { WaystationError } from '../errors.ts'
import {
  ObservationPageSchema,
  ObservationParamsSchema,
  ObservationQuerySchema,
  ObservationSchema,
  type BoundingBox,
  type ObservationQuery
} from './observation-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import { ProjectParamsSchema } from './project-schemas.ts'
import type { ProjectService } from './services.ts'

/** `GET /api/projects/{id}/observations` and `…/observations/{docId}` */
export const observationRoutes: FastifyPluginAsyncTypebox<{ projects: ProjectService }> = async (
  app,
  { projects }
) => {
  app.get(
    '/api/projects/:projectId/observations',
    {
      schema: {
        summary: 'Observations by time, place and device, the newest first',
        tags: ['observations'],
        params: ProjectParamsSchema,
        querystring: ObservationQuerySchema,
        response: { 200: ObservationPageSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => projects.observations(request.params.projectId, parseQuery(request.query))
  )

  app.get(
    '/api/projects/:projectId/observations/:docId',
    {
      schema: {
        summary: 'One observation',
        tags: ['observations'],
        params: ObservationParamsSchema,
        response: { 200: ObservationSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => projects.observation(request.params.projectId, request.params.docId)
  )
}

function parseQuery(query: Static<typeof ObservationQuerySchema>): ObservationQuery {
  const { bbox, from, to, ...rest } = query
  return {
    ...rest,
    ...(bbox === undefined ? {} : { bbox: parseBoundingBox(bbox) }),
    ...(from === undefined ? {} : { from: toUtc(from) }),
    ...(to === undefined ? {} : { to: toUtc(to) })
  }
}

/** The schema has checked that these are four numbers. */
function parseBoundingBox(text: string): BoundingBox {
  const [west = NaN, south = NaN, east = NaN, north = NaN] = text.split(',').map(Number)
  const onEarth = Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -90 && north <= 90
  if (!onEarth || south > north) {
    throw new WaystationError(
      'REQUEST_INVALID',
      'bbox must be west,south,east,north in degrees, with south not above north'
    )
  }
  return { west, south, east, north }
}

/** One form for all: with milliseconds and Z, so that instants compare as text. */
function toUtc(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) throw new WaystationError('REQUEST_INVALID', 'from and to must be dates')
  return date.toISOString()
}
