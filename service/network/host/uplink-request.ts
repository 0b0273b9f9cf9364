import Type, { type Static } from 'typebox'
import { UplinkSettingsSchema } from '../uplink/uplink-settings.ts'
import type { TownWifi, UplinkProblem } from '../uplink/uplink.ts'

// As request.ts, for the way out: apart from it, so that the hub's own Wi-Fi does not wait for a town's.

export const UPLINK_REQUEST_FILE = 'uplink-request.json'
export const UPLINK_TAKEN_FILE = 'uplink-wish.json'
export const UPLINK_ANSWER_FILE = 'uplink-answer.json'

export const UplinkRequestSchema = Type.Object(
  {
    /** Tells one wish from the next: the answer carries it. */
    id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    settings: UplinkSettingsSchema,
    /** Whether other networks are listened for. */
    scan: Type.Boolean()
  },
  { additionalProperties: false }
)
export type UplinkRequest = Static<typeof UplinkRequestSchema>

/** What came of a wish. */
export interface UplinkAnswer {
  readonly id: string
  readonly problem: UplinkProblem | null
  readonly detail: string | null
  /** Null when nobody asked, or there is no radio to listen with. */
  readonly heard: readonly TownWifi[] | null
}
