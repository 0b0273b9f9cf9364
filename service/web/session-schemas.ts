import Type from 'typebox'
import { CLOSED, DeviceIdSchema, InstantSchema, Nullable, OneOf, ProjectIdSchema } from './schema.ts'
import { TallySchema } from './status-schemas.ts'

/** `open`: still connected; `up-to-date`: ended with nothing wanted on either side; `interrupted`: ended before that. */
export const SESSION_OUTCOMES = ['open', 'up-to-date', 'interrupted'] as const

export const SessionSchema = Type.Object({
  id: Type.String(),
  device: Type.Object({ id: DeviceIdSchema, name: Nullable(Type.String()) }),
  project: Type.Object({ id: ProjectIdSchema, name: Nullable(Type.String()) }),
  startedAt: InstantSchema,
  endedAt: Nullable(InstantSchema),
  toHub: TallySchema,
  fromHub: TallySchema,
  outcome: OneOf(SESSION_OUTCOMES)
})

/** One device exchanging one project with the hub, from connect to disconnect. */
export type SessionView = Type.Static<typeof SessionSchema>

/** One screen of history by default, and no more in one answer than the hub keeps in memory without care. */
const PAGE_DEFAULT = 50
const PAGE_MAX = 500

export const SessionQuerySchema = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT }) },
  CLOSED
)
