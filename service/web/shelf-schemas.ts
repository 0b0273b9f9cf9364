import Type from 'typebox'
import { CLOSED, CountSchema } from './schema.ts'
import { KeptFileSchema } from './upload-schemas.ts'

/** Files for phones on the network. They are downloaded from `/shelf/` and their name; byte ranges are served. */
export const ShelfSchema = Type.Object({
  files: Type.Array(KeptFileSchema),
  usedBytes: CountSchema,
  quotaBytes: CountSchema
})

export type ShelfView = Type.Static<typeof ShelfSchema>

export const ShelfFileParamsSchema = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 255 }) },
  CLOSED
)
