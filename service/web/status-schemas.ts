import Type from 'typebox'
import { NetworkBoardSchema } from './network-schemas.ts'
import { CountSchema, DeviceIdSchema, InstantSchema, Nullable, OneOf, ProjectIdSchema } from './schema.ts'

export const TallySchema = Type.Object({
  documents: Nullable(CountSchema),
  photos: Nullable(CountSchema),
  blocks: CountSchema,
  bytes: Nullable(CountSchema)
})

/**
 * An amount, in the four units of progress. `documents` and `photos` are null while the hub cannot read them (sealed, or not
 * indexed yet); `bytes` is null where the size of what is still to come is not known.
 */
export type Tally = Type.Static<typeof TallySchema>

export const FlowSchema = Type.Object({
  done: TallySchema,
  wanted: TallySchema
})

/** One direction of an exchange: what has crossed in this session, and what the receiving side still lacks. */
export type Flow = Type.Static<typeof FlowSchema>

export const ProgressSchema = Type.Object({
  toHub: FlowSchema,
  fromHub: FlowSchema
})

export type Progress = Type.Static<typeof ProgressSchema>

export const DEVICE_TYPES = ['mobile', 'tablet', 'desktop', 'unknown'] as const

/**
 * - `found`: connected, nothing about projects is known yet
 * - `unknown-project`: connected, but in none of the projects of the hub
 * - `waiting`: in a project; something is missing on a side and nothing moves (the person has not pressed Start)
 * - `exchanging`: blocks move
 * - `up-to-date`: both sides hold the same set
 * - `away`: not connected
 */
export const DEVICE_STATES = [
  'found',
  'unknown-project',
  'waiting',
  'exchanging',
  'up-to-date',
  'away'
] as const

/** What a device fetches: every size of every photo, or small ones only. Its progress counts what it wants. */
export const DEVICE_WANTS = ['everything', 'previews'] as const

export const DeviceSchema = Type.Object({
  id: DeviceIdSchema,
  name: Nullable(Type.String()),
  type: OneOf(DEVICE_TYPES),
  state: OneOf(DEVICE_STATES),
  progress: Nullable(ProgressSchema),
  wants: Nullable(OneOf(DEVICE_WANTS)),
  lastSeenAt: Nullable(InstantSchema)
})

/** One device on the board, over all its projects. `progress` and `wants` are null while it is away and before anything is known. */
export type DeviceView = Type.Static<typeof DeviceSchema>

export const ProjectSummarySchema = Type.Object({
  id: ProjectIdSchema,
  name: Nullable(Type.String()),
  members: CountSchema,
  observations: Nullable(CountSchema),
  photos: Nullable(Type.Object({ known: CountSchema, held: CountSchema })),
  devices: Type.Array(
    Type.Object({
      id: DeviceIdSchema,
      state: OneOf(DEVICE_STATES),
      progress: Nullable(ProgressSchema)
    })
  )
})

/** What the office sees of a project in the status. `observations` and `photos` are null while the mirror is closed. */
export type ProjectSummary = Type.Static<typeof ProjectSummarySchema>

/**
 * - `ok`, `low` (somebody should make room soon)
 * - `no-originals`: photos come in small sizes only
 * - `full`: nothing new is taken in; what is there is served
 * - `failed`: the card does not take data any more; nothing that comes now is called stored
 */
export const STORAGE_STATES = ['ok', 'low', 'no-originals', 'full', 'failed'] as const

/** What each means is said in `service/system/warnings.ts`. */
export const WARNING_CODES = [
  'storage-low',
  'originals-paused',
  'intake-paused',
  'storage-failed',
  'store-rebuilt',
  'blocks-missing',
  'blocks-damaged',
  'card-repaired',
  'core-conflict',
  'hub-copied',
  'writer-over-share',
  'members-full',
  'safe-mode'
] as const

export const WarningSchema = Type.Object({
  code: OneOf(WARNING_CODES),
  since: InstantSchema,
  count: Nullable(CountSchema),
  deviceId: Nullable(DeviceIdSchema)
})

/** Something that people should know of, and may have to act on. `deviceId` is told to an open office only. */
export type WarningView = Type.Static<typeof WarningSchema>

/** The public part: what the board shows to everybody on the Wi-Fi. No member or place is named in it, and no project unless the coordinator allows it. */
export const BoardSchema = Type.Object({
  hub: Type.Object({
    name: Type.String(),
    deviceId: DeviceIdSchema,
    version: Type.String(),
    startedAt: InstantSchema,
    clock: InstantSchema,
    language: Type.String({ description: 'BCP 47: for browsers that ask for none that there is' })
  }),
  sync: Type.Object({ name: Type.String(), port: Type.Integer({ minimum: 0, maximum: 65535 }) }),
  network: NetworkBoardSchema,
  projects: CountSchema,
  projectNames: Nullable(Type.Array(Type.String(), { description: 'Null unless the coordinator allows it' })),
  devices: Type.Array(DeviceSchema),
  storage: Type.Object({
    freeBytes: CountSchema,
    totalBytes: CountSchema,
    state: OneOf(STORAGE_STATES),
    writing: Type.Boolean({ description: 'Whether something is not on the card yet: do not unplug' })
  }),
  warnings: Type.Array(WarningSchema)
})

/** What the hub tells of itself. `clock` is the wall clock of the hub at the moment of the answer. */
export type BoardView = Type.Static<typeof BoardSchema>

export const SEAL_MODES = ['open', 'sealed'] as const

export const SealSchema = Type.Object({ mode: OneOf(SEAL_MODES), locked: Type.Boolean() })

/**
 * `open`: whoever holds the hub can read what is in it. `sealed`: only the passphrase opens it. A sealed hub is locked from
 * power-on until somebody logs in: it relays, and knows no names, documents or photos.
 */
export type SealView = Type.Static<typeof SealSchema>

export const StatusSchema = Type.Object({
  ...BoardSchema.properties,
  setup: Type.Object({ claimed: Type.Boolean() }),
  seal: SealSchema,
  https: Nullable(
    Type.Object(
      {
        port: Type.Integer({ minimum: 1, maximum: 65535 }),
        fingerprint: Type.String({ description: 'SHA-256 of the certificate: upper-case hex with colons' })
      },
      { description: 'Where the page is served encrypted. The office is then closed to plain HTTP' }
    )
  ),
  office: Type.Optional(Type.Object({ projects: Type.Array(ProjectSummarySchema) }))
})

/** The answer of `GET /api/status`: the board, and with the office open the projects by name. */
export type StatusView = Type.Static<typeof StatusSchema>
