import Type from 'typebox'
import { CLOSED, CountSchema, InstantSchema, Nullable, OneOf, ProjectIdSchema } from './schema.ts'
import { DeviceSchema } from './status-schemas.ts'

export const ROLES = ['creator', 'coordinator', 'participant', 'blocked', 'left', 'none'] as const

export const RoleSchema = OneOf(ROLES)

/** What a device may do in a project. `none` until the role document of the device has arrived. */
export type Role = Type.Static<typeof RoleSchema>

/** `closed`: sealed or not opened; `catching-up`: some blocks on the card are not indexed yet. */
export const MIRROR_STATES = ['current', 'catching-up', 'closed'] as const

export const ProjectSchema = Type.Object({
  id: ProjectIdSchema,
  name: Nullable(Type.String()),
  description: Nullable(Type.String()),
  color: Nullable(Type.String()),
  role: RoleSchema,
  joinedAt: InstantSchema,
  members: CountSchema,
  observations: Nullable(CountSchema),
  tracks: Nullable(CountSchema),
  photos: Nullable(Type.Object({ known: CountSchema, held: CountSchema })),
  mirror: OneOf(MIRROR_STATES)
})

/** One project of the hub. `role` is the hub's own. Counts are null while the mirror is closed. */
export type ProjectView = Type.Static<typeof ProjectSchema>

export const MemberSchema = Type.Object({
  ...DeviceSchema.properties,
  role: RoleSchema,
  lastCompleteAt: Nullable(InstantSchema)
})

/** One member of a project; state and progress count this project alone. `lastCompleteAt`: when it last was up to date. */
export type MemberView = Type.Static<typeof MemberSchema>

export const ProjectParamsSchema = Type.Object({ projectId: ProjectIdSchema }, CLOSED)
