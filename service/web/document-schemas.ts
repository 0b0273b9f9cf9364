import Type from 'typebox'
import {
  AttachmentSchema,
  FILTER_PROPERTIES,
  LANGUAGE_PROPERTY,
  ObservationSchema,
  PAGE_PROPERTIES
} from './observation-schemas.ts'
import {
  CLOSED,
  CountSchema,
  DeviceIdSchema,
  InstantSchema,
  Nullable,
  OneOf,
  ProjectIdSchema,
  VersionIdSchema
} from './schema.ts'

// What people collected besides the plain list of observations: tables and counts over it, one document in full, tracks,
// alerts, deletions, and the categories of the project.

/** A docId of any length that phones write. */
const AnyDocIdSchema = Type.String({ pattern: '^([0-9a-f]{2}){1,32}$' })

export const DocumentParamsSchema = Type.Object({ projectId: ProjectIdSchema, docId: AnyDocIdSchema }, CLOSED)

export const LanguageQuerySchema = Type.Object(LANGUAGE_PROPERTY, CLOSED)

/** Most versions that are asked for at once: their ids fit in the address of a request. */
export const VERSIONS_MAX = 40

export const VersionsQuerySchema = Type.Object(
  {
    versions: Type.String({
      pattern: `^[0-9a-f]{64}/[0-9]{1,16}(,[0-9a-f]{64}/[0-9]{1,16}){0,${VERSIONS_MAX - 1}}$`,
      description: `1 to ${VERSIONS_MAX} versions, with commas between them`
    })
  },
  CLOSED
)

export const ObservationAtSchema = Type.Object({
  version: VersionIdSchema,
  observation: Nullable(ObservationSchema)
})

/** The observation that a version belongs to, as it is now; null when there is no such version. */
export type ObservationAtView = Type.Static<typeof ObservationAtSchema>

const CountsBy = <Key extends Type.TSchema>(key: Key) =>
  Type.Array(Type.Object({ key, count: CountSchema }), { description: 'The most frequent first' })

export const ObservationCountsSchema = Type.Object({
  total: CountSchema,
  withPosition: CountSchema,
  withPhoto: CountSchema,
  withAudio: CountSchema,
  byCategory: CountsBy(
    Nullable(Type.String({ description: 'docId of the preset; null: none, or none that is here' }))
  ),
  byDevice: CountsBy(Nullable(DeviceIdSchema)),
  byMonth: CountsBy(Type.String({ description: 'In UTC, such as 2026-05' })),
  bounds: Nullable(
    Type.Object({ west: Type.Number(), south: Type.Number(), east: Type.Number(), north: Type.Number() })
  )
})

export type ObservationCountsView = Type.Static<typeof ObservationCountsSchema>

export const CategorySchema = Type.Object({
  docId: AnyDocIdSchema,
  name: Type.String(),
  color: Nullable(Type.String({ pattern: '^#[0-9a-fA-F]{6}$' })),
  iconId: Nullable(Type.String({ description: 'docId of the icon' })),
  deleted: Type.Boolean({ description: 'Gone from the app; observations may still be of it' })
})

export type CategoryView = Type.Static<typeof CategorySchema>

/** The first line of a table: what the numbers in its rows stand for. */
export const TableHeaderSchema = Type.Object({
  cores: Type.Array(Type.String()),
  devices: Type.Array(Type.Object({ id: DeviceIdSchema, name: Nullable(Type.String()) })),
  categories: Type.Array(AnyDocIdSchema)
})

export type TableHeaderView = Type.Static<typeof TableHeaderSchema>

const LabelledSchema = Type.Object({
  tagKey: Type.String(),
  label: Type.String(),
  value: Type.String(),
  known: Type.Boolean({ description: 'Whether the project has a question for it' })
})

/** `label` is set where `what` is a field. */
const ChangeSchema = Type.Object({
  what: OneOf(['field', 'category', 'position', 'files', 'deleted']),
  label: Nullable(Type.String()),
  before: Nullable(Type.String()),
  after: Nullable(Type.String())
})

export const VersionSchema = Type.Object({
  versionId: VersionIdSchema,
  /** By the clock of the device that wrote it. */
  at: InstantSchema,
  by: Nullable(DeviceIdSchema),
  /** `fork`: written at the same time as the current one elsewhere, and not merged. */
  state: OneOf(['current', 'fork', 'past']),
  deleted: Type.Boolean(),
  /** Against the version that it was made from; empty for the first one. */
  changes: Type.Array(ChangeSchema)
})

export type VersionView = Type.Static<typeof VersionSchema>

const PositionSchema = Type.Object({
  lat: Type.Number(),
  lon: Type.Number(),
  altitudeM: Nullable(Type.Number()),
  accuracyM: Nullable(Type.Number()),
  manual: Type.Boolean({ description: 'Entered by hand' })
})

export const ObservationDetailSchema = Type.Object({
  observation: ObservationSchema,
  position: Nullable(PositionSchema),
  fields: Type.Array(LabelledSchema),
  /** Newest first. */
  versions: Type.Array(VersionSchema),
  versionsTotal: CountSchema
})

export type ObservationDetailView = Type.Static<typeof ObservationDetailSchema>

const LineSchema = Type.Array(Type.Array(Type.Number()), { description: 'Longitude and latitude' })

export const TrackSchema = Type.Object({
  docId: AnyDocIdSchema,
  createdAt: InstantSchema,
  createdBy: Nullable(DeviceIdSchema),
  category: Nullable(Type.String()),
  categoryId: Nullable(Type.String()),
  startedAt: Nullable(InstantSchema),
  endedAt: Nullable(InstantSchema),
  lengthM: Type.Number(),
  points: CountSchema,
  line: LineSchema,
  /** docIds of the observations that were made on the way. */
  observations: Type.Array(Type.String())
})

/** In a list `line` is thinned out; one track alone has all of its positions. */
export type TrackView = Type.Static<typeof TrackSchema>

export const TrackQuerySchema = Type.Object(
  { ...FILTER_PROPERTIES, ...PAGE_PROPERTIES, ...LANGUAGE_PROPERTY },
  CLOSED
)

export const TrackPageSchema = Type.Object({
  tracks: Type.Array(TrackSchema),
  nextCursor: Nullable(Type.String())
})
export type TrackPage = Type.Static<typeof TrackPageSchema>

export const TrackDetailSchema = Type.Object({
  track: TrackSchema,
  fields: Type.Array(LabelledSchema),
  versions: Type.Array(VersionSchema),
  versionsTotal: CountSchema
})
export type TrackDetailView = Type.Static<typeof TrackDetailSchema>

export const AlertSchema = Type.Object({
  docId: AnyDocIdSchema,
  createdAt: InstantSchema,
  createdBy: Nullable(DeviceIdSchema),
  detectedFrom: Nullable(InstantSchema),
  detectedTo: Nullable(InstantSchema),
  sourceId: Type.String(),
  metadata: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
  /** GeoJSON, as whoever found it wrote it. */
  geometry: Type.Unknown(),
  /** Its first point. */
  lat: Nullable(Type.Number()),
  lon: Nullable(Type.Number())
})
export type AlertView = Type.Static<typeof AlertSchema>

export const AlertPageSchema = Type.Object({
  alerts: Type.Array(AlertSchema),
  nextCursor: Nullable(Type.String())
})
export type AlertPage = Type.Static<typeof AlertPageSchema>

export const DELETED_KINDS = ['observation', 'track', 'remoteDetectionAlert'] as const
export type DeletedKind = (typeof DELETED_KINDS)[number]

export const DeletionQuerySchema = Type.Object(
  { kind: OneOf(DELETED_KINDS), ...LANGUAGE_PROPERTY, ...PAGE_PROPERTIES },
  CLOSED
)

export const DeletionSchema = Type.Object({
  docId: AnyDocIdSchema,
  kind: OneOf(DELETED_KINDS),
  createdAt: InstantSchema,
  createdBy: Nullable(DeviceIdSchema),
  deletedAt: InstantSchema,
  deletedBy: Nullable(DeviceIdSchema),
  category: Nullable(Type.String()),
  fields: Type.Array(LabelledSchema),
  lat: Nullable(Type.Number()),
  lon: Nullable(Type.Number()),
  attachments: Type.Array(AttachmentSchema)
})

/** A document that somebody deleted, with its last content. */
export type DeletionView = Type.Static<typeof DeletionSchema>

export const DeletionPageSchema = Type.Object({
  deletions: Type.Array(DeletionSchema),
  nextCursor: Nullable(Type.String())
})
export type DeletionPage = Type.Static<typeof DeletionPageSchema>
