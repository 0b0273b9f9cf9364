import Type from 'typebox'
import { RoleSchema } from './project-schemas.ts'
import { CountSchema, DeviceIdSchema, InstantSchema, Nullable } from './schema.ts'

const NamedDeviceSchema = { id: DeviceIdSchema, name: Nullable(Type.String()) }

export const DeliveryHolderSchema = Type.Object({
  ...NamedDeviceSchema,
  role: RoleSchema,
  isHub: Type.Boolean(),
  /** `now`: counted on a live connection; `then`: when it was last here; `never`: nothing is known of it. */
  known: Type.Union([Type.Literal('now'), Type.Literal('then'), Type.Literal('never')]),
  asOf: Nullable(InstantSchema),
  takesEverything: Type.Boolean(),
  hasEverything: Type.Boolean()
})

/** A member that holds data. `asOf` is set when it is known of `then`; `hasEverything` counts what it wants. */
export type DeliveryHolder = Type.Static<typeof DeliveryHolderSchema>

export const DeliveryCellSchema = Type.Object({
  documents: CountSchema,
  photos: Nullable(CountSchema),
  photosWanted: Nullable(CountSchema)
})

/** What one holder has of one author. Photos are null while the hub cannot read which blocks are photos. */
export type DeliveryCell = Type.Static<typeof DeliveryCellSchema>

export const DeliveryAuthorSchema = Type.Object({
  ...NamedDeviceSchema,
  documents: CountSchema,
  photos: Nullable(CountSchema),
  held: Type.Array(Nullable(DeliveryCellSchema), { description: 'In the order of the holders' })
})

/** A member that collected data, how much there is of it, and who has how much. A cell is null when nothing is known. */
export type DeliveryAuthor = Type.Static<typeof DeliveryAuthorSchema>

export const DeliverySchema = Type.Object({
  everyoneHasEverything: Type.Boolean(),
  holders: Type.Array(DeliveryHolderSchema),
  authors: Type.Array(DeliveryAuthorSchema)
})

/** Whose data has reached whom. `everyoneHasEverything` is said only when nothing is missing and nothing is unknown. */
export type DeliveryView = Type.Static<typeof DeliverySchema>
