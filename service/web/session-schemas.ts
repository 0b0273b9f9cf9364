import Type from 'typebox'
import {
  CLOSED,
  CountSchema,
  DeviceIdSchema,
  InstantSchema,
  Nullable,
  OneOf,
  ProjectIdSchema
} from './schema.ts'
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

export const TotalSchema = Type.Object({ sessions: CountSchema, toHub: TallySchema, fromHub: TallySchema })

/** What crossed in a span of time, over all sessions that have ended and in which something crossed. */
export type TotalView = Type.Static<typeof TotalSchema>

export const TotalsSchema = Type.Object({ today: TotalSchema, week: TotalSchema, ever: TotalSchema })

export type TotalsView = Type.Static<typeof TotalsSchema>

export const TotalsQuerySchema = Type.Object(
  {
    today: { ...InstantSchema, description: 'When the day began where the reader is; counted by the hour' },
    week: { ...InstantSchema, description: 'When the week began there: a week ago at most' }
  },
  CLOSED
)
