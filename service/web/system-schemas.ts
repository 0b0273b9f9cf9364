import Type from 'typebox'
import { CLOSED, CountSchema, InstantSchema, Nullable, OneOf } from './schema.ts'
import { STORAGE_STATES } from './status-schemas.ts'

export const CLOCK_SOURCES = ['network', 'battery', 'none'] as const

export const SystemSchema = Type.Object({
  version: Type.String(),
  startedAt: InstantSchema,
  hubUptimeSeconds: CountSchema,
  machineUptimeSeconds: CountSchema,
  load: Type.Number({ minimum: 0 }),
  memory: Type.Object({ hubBytes: CountSchema, freeBytes: CountSchema, totalBytes: CountSchema }),
  storage: Type.Object({
    freeBytes: CountSchema,
    totalBytes: CountSchema,
    state: OneOf(STORAGE_STATES)
  }),
  temperatureCelsius: Nullable(Type.Number()),
  clock: Type.Object({ now: InstantSchema, source: OneOf(CLOCK_SOURCES), canBeSet: Type.Boolean() }),
  health: Type.Object({ serving: Type.Boolean(), reason: Nullable(Type.String()) })
})

/**
 * How the hub and its machine are. `load` is 1 when all processors are busy. `clock.source` is what keeps the machine's time:
 * a time server, a clock with a battery, or nothing that outlives a power cut.
 */
export type SystemView = Type.Static<typeof SystemSchema>

export const ClockBodySchema = Type.Object({ now: InstantSchema }, CLOSED)

export const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const

/** One screen of lines by default, and what the hub keeps at most. */
const LINES_DEFAULT = 200
const LINES_MAX = 2_000

export const LogQuerySchema = Type.Object(
  {
    level: OneOf(LEVELS),
    limit: Type.Integer({ minimum: 1, maximum: LINES_MAX, default: LINES_DEFAULT })
  },
  CLOSED
)

export const LogLineSchema = Type.Object({
  time: InstantSchema,
  level: OneOf(LEVELS),
  part: Nullable(Type.String()),
  message: Type.String(),
  fields: Type.String({ description: 'The other fields of the line, as JSON' })
})

/** One line of the hub's log. */
export type LogLineView = Type.Static<typeof LogLineSchema>

export const BundleQuerySchema = Type.Object(
  { names: Type.Boolean({ default: false, description: 'Whether names of devices and projects are in it' }) },
  CLOSED
)

/** No passphrase that was accepted is longer. */
const PASSPHRASE_MAX_CHARACTERS = 256

const PassphraseAgain = Type.Optional(Type.String({ maxLength: PASSPHRASE_MAX_CHARACTERS }))

/** The office passphrase once more. Not asked of the user of the hub on its own machine. */
export const ConfirmSchema = Type.Object({ passphrase: PassphraseAgain }, CLOSED)

export const ResetSchema = Type.Object(
  {
    passphrase: PassphraseAgain,
    confirmation: Type.String({ maxLength: 200, description: 'The name of the hub' })
  },
  CLOSED
)
