import Type from 'typebox'
import {
  CLOSED,
  CountSchema,
  DeviceIdSchema,
  DocIdSchema,
  DriveIdSchema,
  InstantSchema,
  Nullable,
  OneOf,
  ProjectIdSchema,
  VersionIdSchema
} from './schema.ts'

export const VARIANTS = ['original', 'preview', 'thumbnail'] as const

export type Variant = (typeof VARIANTS)[number]

/** `unknown`: the owner's file index has not told of it; `missing`: told of, not here yet; `held`: can be opened. */
const AvailabilitySchema = OneOf(['unknown', 'missing', 'held'])

export const AttachmentSchema = Type.Object({
  driveId: DriveIdSchema,
  name: Type.String(),
  type: OneOf(['photo', 'audio', 'video', 'other']),
  variants: Type.Object({
    original: AvailabilitySchema,
    preview: AvailabilitySchema,
    thumbnail: AvailabilitySchema
  })
})

export type AttachmentView = Type.Static<typeof AttachmentSchema>

const TagSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

export const ObservationSchema = Type.Object({
  docId: DocIdSchema,
  versionId: VersionIdSchema,
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
  createdBy: Nullable(DeviceIdSchema),
  updatedBy: Nullable(DeviceIdSchema),
  lat: Nullable(Type.Number()),
  lon: Nullable(Type.Number()),
  category: Nullable(Type.String({ description: 'Name of the preset' })),
  categoryId: Nullable(Type.String({ description: 'docId of the preset' })),
  tags: Type.Record(Type.String(), Type.Union([TagSchema, Type.Array(TagSchema)])),
  attachments: Type.Array(AttachmentSchema),
  deleted: Type.Boolean(),
  forks: Type.Array(VersionIdSchema)
})

/** The winning version of one observation. `forks` are the versions that lost against it and were not merged. */
export type ObservationView = Type.Static<typeof ObservationSchema>

export const ObservationPageSchema = Type.Object({
  observations: Type.Array(ObservationSchema),
  nextCursor: Nullable(Type.String())
})

/** Newest first. `nextCursor` asks for what follows; null at the end. */
export type ObservationPage = Type.Static<typeof ObservationPageSchema>

/** A page of the list is one screen of the page, and at most what a phone can draw without stutter. */
const PAGE_DEFAULT = 50
const PAGE_MAX = 500

const NUMBER = '-?[0-9]{1,3}(\\.[0-9]{1,15})?'

export const MEDIA = ['photo', 'audio'] as const

/** Category of what has none. */
export const NO_CATEGORY = 'none'

/** What every list, table, count and export of what people collected can be narrowed by. All parts that are given must hold. */
export const FILTER_PROPERTIES = {
  bbox: Type.Optional(
    Type.String({
      pattern: `^${NUMBER},${NUMBER},${NUMBER},${NUMBER}$`,
      description: 'west,south,east,north in degrees; west > east crosses the antimeridian'
    })
  ),
  from: Type.Optional(InstantSchema),
  to: Type.Optional(InstantSchema),
  device: Type.Optional(DeviceIdSchema),
  category: Type.Optional(
    Type.String({ pattern: `^([0-9a-f]{2,64}|${NO_CATEGORY})$`, description: 'docId of a preset, or none' })
  ),
  media: Type.Optional(OneOf(MEDIA, { description: 'Only what has a file of this type' }))
}

export const PAGE_PROPERTIES = {
  limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, pattern: '^[A-Za-z0-9_=.:~-]+$' }))
}

/** For the words of the project, where it has them in this language. */
export const LANGUAGE_PROPERTY = {
  lang: Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', default: 'en' })
}

export const FilterQuerySchema = Type.Object(FILTER_PROPERTIES, CLOSED)
export const ObservationQuerySchema = Type.Object({ ...FILTER_PROPERTIES, ...PAGE_PROPERTIES }, CLOSED)

export const ObservationParamsSchema = Type.Object({ projectId: ProjectIdSchema, docId: DocIdSchema }, CLOSED)

/** Degrees. `west` may be greater than `east`: the box then crosses the antimeridian. */
export interface BoundingBox {
  west: number
  south: number
  east: number
  north: number
}

/** `from` and `to` are instants (ISO 8601) of creation, both inclusive. */
export interface FieldFilter {
  bbox?: BoundingBox
  from?: string
  to?: string
  device?: Type.Static<typeof DeviceIdSchema>
  /** docId of the preset; null: those without one. */
  category?: string | null
  media?: (typeof MEDIA)[number]
}

export interface ObservationQuery extends FieldFilter {
  limit: Type.Static<typeof CountSchema>
  /** As given by an earlier page; anything else is refused with REQUEST_INVALID. */
  cursor?: string
}
