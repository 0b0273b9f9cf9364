import Type from 'typebox'
import { CLOSED, CountSchema, InstantSchema, Nullable, OneOf } from './schema.ts'

export const OwnMapSchema = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'As the map calls itself, or as its file is called' }),
  fileName: Type.String(),
  size: CountSchema,
  addedAt: InstantSchema,
  drawing: Nullable(
    OneOf(['images', 'shapes'], {
      description: 'Pictures, or shapes that are drawn by the style; null when the file can no longer be read'
    })
  ),
  bounds: Nullable(
    Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: 'West, south, east, north' })
  ),
  credits: Type.Array(Type.String(), { description: 'Whom the map asks to name: text or HTML' })
})

/** A map that a person put on the hub. */
export type OwnMapView = Type.Static<typeof OwnMapSchema>

export const OwnMapsSchema = Type.Object({
  maps: Type.Array(OwnMapSchema),
  usedBytes: CountSchema,
  quotaBytes: CountSchema
})

export type OwnMapsView = Type.Static<typeof OwnMapsSchema>

const MapIdSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })

export const MapParamsSchema = Type.Object({ mapId: MapIdSchema }, CLOSED)

export const MapFileParamsSchema = Type.Object(
  { mapId: MapIdSchema, '*': Type.String({ minLength: 1, maxLength: 255 }) },
  CLOSED
)

/** MapLibre's style specification, version 8. */
export const MapStyleSchema = Type.Unsafe<object>(
  Type.Object({ version: Type.Integer() }, { additionalProperties: true })
)
