import Type from 'typebox'
import type { TSchema } from 'typebox'
import type { DeviceId, DiscoveryKey, ProjectId, VersionId } from '../ids.ts'

// The small words that every schema of the API is made of. Ids are parsed here, once: a handler gets them branded.

const HEX_32_BYTES = '^[0-9a-f]{64}$'

export const DeviceIdSchema = Type.Unsafe<DeviceId>(
  Type.String({ pattern: HEX_32_BYTES, description: 'Hex of the identity public key of a device' })
)

export const ProjectIdSchema = Type.Unsafe<ProjectId>(
  Type.String({
    pattern: '^[13-9a-km-uw-z]{52}$',
    description: 'Public id of a project, as phones show it (z-base-32)'
  })
)

export const DocIdSchema = Type.String({
  pattern: HEX_32_BYTES,
  description: 'Id of a document, the same in all its versions'
})

export const VersionIdSchema = Type.Unsafe<VersionId>(
  Type.String({
    pattern: '^[0-9a-f]{64}/[0-9]{1,16}$',
    description: 'One version of one document: discovery key of the core, and block'
  })
)

export const DriveIdSchema = Type.Unsafe<DiscoveryKey>(
  Type.String({ pattern: HEX_32_BYTES, description: "Discovery key of the photo owner's blobIndex core" })
)

/** An instant, ISO 8601 in UTC with milliseconds: `2026-05-01T12:00:00.000Z`. */
export const InstantSchema = Type.String({ format: 'date-time' })

export const CountSchema = Type.Integer({ minimum: 0 })

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** One of a few words. TypeBox's own enum loses the literal types of an inferred array; this keeps them. */
export function OneOf<const T extends readonly string[]>(words: T, options: { description?: string } = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: words, ...options })
}

/** The body and the parameters of every request: what is not named is refused. */
export const CLOSED = { additionalProperties: false } as const
