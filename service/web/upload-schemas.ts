import Type from 'typebox'
import { CLOSED, CountSchema, InstantSchema, Nullable } from './schema.ts'

export const KeptFileSchema = Type.Object({
  name: Type.String(),
  size: CountSchema,
  type: Type.String({ description: 'Media type' }),
  addedAt: InstantSchema
})

/** A file that a person put on the hub. */
export type KeptFileView = Type.Static<typeof KeptFileSchema>

/**
 * Half a mebibyte crosses even a poor Wi-Fi within the time that one request may take, and is what a lost connection costs.
 */
export const CHUNK_MAX_BYTES = 512 * 1024

/** A file that FAT takes. */
const FILE_MAX_BYTES = 2 ** 32 - 1

export const UploadBodySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    size: Type.Integer({ minimum: 1, maximum: FILE_MAX_BYTES })
  },
  CLOSED
)

export const UploadParamsSchema = Type.Object(
  { uploadId: Type.String({ pattern: '^[0-9a-f]{32}$' }) },
  CLOSED
)

export const ChunkQuerySchema = Type.Object({ offset: Type.Integer({ minimum: 0 }) }, CLOSED)

export const UploadSchema = Type.Object({
  id: Type.String(),
  received: CountSchema,
  file: Nullable(KeptFileSchema)
})

/** How far an upload is: bytes received, and the file when it is whole. */
export type UploadView = Type.Static<typeof UploadSchema>
