import Type, { type Static } from 'typebox'
import type { NetworkProblem, Radio, SecondRadio } from '../access-point.ts'
import { NetworkSettingsSchema } from '../network-settings.ts'

// The hub has no right to change the network. It writes a wish; a system service that may do that checks it, makes the
// configuration itself, and answers. A hub that is taken over can thus choose a channel, but not a command that root runs.

/** Directory that the hub writes, and out of which the service takes. */
export const REQUEST_DIRECTORY = '/run/waystation'
export const REQUEST_FILE = 'network-request.json'
/** Directory that the service writes and the hub reads. */
export const HOST_DIRECTORY = '/run/waystation-network'
/** What the request is in it when the service is at work: see waystation-network.service. */
export const TAKEN_FILE = 'network-wish.json'
export const ANSWER_FILE = 'answer.json'
export const LEASE_FILE = 'leases'

const PortSchema = Type.Integer({ minimum: 1, maximum: 65535 })

export const NetworkRequestSchema = Type.Object(
  {
    /** Tells one wish from the next: the answer carries it. */
    id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    /** Without the way out, which has its own wishes. */
    settings: Type.Omit(NetworkSettingsSchema, ['uplink'], { additionalProperties: false }),
    ports: Type.Object(
      { http: PortSchema, https: Type.Optional(PortSchema), sync: PortSchema },
      { additionalProperties: false }
    )
  },
  { additionalProperties: false }
)
export type NetworkRequest = Static<typeof NetworkRequestSchema>

/** What came of a wish. */
export interface NetworkAnswer {
  readonly id: string
  readonly problem: NetworkProblem | null
  readonly detail: string | null
  readonly radio: Radio | null
  readonly channel: number | null
  readonly channelReason: string | null
  /** By which the hub is on its network; null when there is none. */
  readonly interfaceName: string | null
  /** Null when none was wished, or it could not be: `detail` says why then. */
  readonly second: SecondRadio | null
  readonly address: string
  readonly netmask: string
}
