import Type from 'typebox'
import { FILTER_PROPERTIES, LANGUAGE_PROPERTY } from './observation-schemas.ts'
import { CLOSED, CountSchema, InstantSchema, Nullable, OneOf, ProjectIdSchema } from './schema.ts'

export const EXPORT_FORMATS = ['geojson', 'csv', 'kml', 'gpx', 'zip'] as const
export const ExportFormatSchema = OneOf(EXPORT_FORMATS)
export type ExportFormat = Type.Static<typeof ExportFormatSchema>

const ExportIdSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })

export const ExportParamsSchema = Type.Object(
  { projectId: ProjectIdSchema, format: ExportFormatSchema },
  CLOSED
)
export const ExportIdParamsSchema = Type.Object({ id: ExportIdSchema }, CLOSED)

export const ExportScopeSchema = Type.Object({ ...FILTER_PROPERTIES, ...LANGUAGE_PROPERTY }, CLOSED)

export const DownloadQuerySchema = Type.Object(
  {
    ...FILTER_PROPERTIES,
    ...LANGUAGE_PROPERTY,
    run: Type.Optional(
      Type.String({
        ...ExportIdSchema,
        description: 'An id of your own choice: the progress is told under it'
      })
    )
  },
  CLOSED
)

const ProgressSchema = Type.Object({ done: CountSchema, total: CountSchema })

export const ExportRunSchema = Type.Object({
  id: ExportIdSchema,
  projectId: ProjectIdSchema,
  format: ExportFormatSchema,
  target: OneOf(['download', 'usb']),
  fileName: Type.String(),
  state: OneOf(['running', 'done', 'failed', 'cancelled']),
  startedAt: InstantSchema,
  endedAt: Nullable(InstantSchema),
  /** Steps of about one document; the total is 0 until it was counted. */
  steps: ProgressSchema,
  files: ProgressSchema,
  bytes: CountSchema,
  error: Nullable(Type.Object({ code: Type.String(), detail: Type.String() }))
})

/** One export while it is written, and for a while afterwards. */
export type ExportRunView = Type.Static<typeof ExportRunSchema>

export const ExportPlanSchema = Type.Object({
  observations: CountSchema,
  tracks: CountSchema,
  files: Type.Object({
    total: CountSchema,
    originals: CountSchema,
    smallerOnly: CountSchema,
    missing: CountSchema,
    bytes: CountSchema
  }),
  /** Free room on the stick; null while none is plugged in. */
  usb: Nullable(Type.Object({ freeBytes: CountSchema }))
})

/** What an export would hold. `files.smallerOnly`: only a preview is here. `bytes` is an upper bound. */
export type ExportPlanView = Type.Static<typeof ExportPlanSchema>
