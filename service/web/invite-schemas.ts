import Type from 'typebox'
import { CLOSED, CountSchema, DeviceIdSchema, InstantSchema, Nullable, OneOf } from './schema.ts'

export const INVITE_STATES = [
  'pending',
  'joining',
  'joined',
  'rejected',
  'cancelled',
  'already-member',
  'failed'
] as const

export const InviteSchema = Type.Object({
  id: Type.String(),
  project: Type.Object({
    name: Type.String(),
    description: Nullable(Type.String()),
    color: Nullable(Type.String())
  }),
  role: Nullable(Type.String({ description: 'What the inviting device calls the role' })),
  inviter: Type.Object({ deviceId: DeviceIdSchema, name: Nullable(Type.String()) }),
  receivedAt: InstantSchema,
  state: OneOf(INVITE_STATES)
})

/** One invite into a project, from the coordinator's device that sent it. */
export type InviteView = Type.Static<typeof InviteSchema>

/** Invite ids are 32 random bytes; the hub shows them in hex. */
export const InviteParamsSchema = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, CLOSED)

export const INVITE_POLICIES = ['ask', 'accept'] as const

export const InvitePolicySchema = Type.Object({
  policy: OneOf(INVITE_POLICIES),
  acceptSeconds: Nullable(CountSchema),
  fixed: Type.Boolean()
})

/**
 * `ask`: invites wait for a person; `accept`: the hub takes each one for `acceptSeconds` more, or for ever when that is null
 * because the configuration of the run says so (`fixed`).
 */
export type InvitePolicyView = Type.Static<typeof InvitePolicySchema>

export const InvitePolicyChangeSchema = Type.Object({ policy: OneOf(INVITE_POLICIES) }, CLOSED)
