import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { WaystationError } from '../errors.ts'
import { MapFileParamsSchema, MapParamsSchema, MapStyleSchema, OwnMapsSchema } from './map-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { MapService } from './services.ts'

/** What a map is made of, by the ends of names. Anything else in a package is not served: it could be a page or a script. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  mvt: 'application/vnd.mapbox-vector-tile',
  pbf: 'application/x-protobuf',
  json: 'application/json; charset=utf-8',
  geojson: 'application/geo+json'
}

/** A file of a map gets no rights of the page, whatever a browser makes of it. */
const FILE_POLICY = "default-src 'none'; sandbox"

/** The address of a map changes with its file. A browser keeps tiles for a visit, and no longer: phones are shared. */
const KEPT = 'private, max-age=3600'

/** `GET /api/maps`, `DELETE /api/maps/{id}`, `GET /api/maps/{id}/style` and the files that it names, `…/files/{name}` */
export const mapRoutes: FastifyPluginAsyncTypebox<{ maps: MapService }> = async (app, { maps }) => {
  app.get(
    '/api/maps',
    {
      schema: {
        summary: 'Maps of people’s own, to see observations on',
        tags: ['maps'],
        response: { 200: OwnMapsSchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => maps.list()
  )

  app.delete(
    '/api/maps/:mapId',
    {
      schema: {
        summary: 'Delete a map',
        tags: ['maps'],
        params: MapParamsSchema,
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      await maps.remove(request.params.mapId)
      return reply.code(204).send(null)
    }
  )

  app.get(
    '/api/maps/:mapId/style',
    {
      schema: {
        summary: 'How a map is drawn (MapLibre style specification), with addresses on this hub',
        tags: ['maps'],
        params: MapParamsSchema,
        response: { 200: MapStyleSchema, default: PROBLEM_RESPONSE }
      }
    },
    async ({ params: { mapId }, protocol, host }) =>
      // The guard has checked that the host is this hub.
      maps.style(mapId, `${protocol}://${host}/api/maps/${mapId}/files/`)
  )

  app.get(
    '/api/maps/:mapId/files/*',
    {
      schema: {
        summary: 'A tile, a glyph range, a sprite or a GeoJSON file of a map',
        tags: ['maps'],
        params: MapFileParamsSchema,
        response: {
          200: { description: 'Its bytes', content: { '*/*': { schema: Type.Unsafe<Buffer>({}) } } },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      const { mapId, '*': name } = request.params
      const isCompressed = name.endsWith('.gz')
      const type = TYPES[(isCompressed ? name.slice(0, -'.gz'.length) : name).split('.').at(-1) ?? '']
      if (type === undefined) throw new WaystationError('MAP_NOT_FOUND', 'Maps have no such files')
      const bytes = await maps.file(mapId, name)
      if (isCompressed) reply.header('content-encoding', 'gzip')
      return reply
        .headers({ 'content-security-policy': FILE_POLICY, 'cache-control': KEPT })
        .type(type)
        .send(bytes)
    }
  )
}
