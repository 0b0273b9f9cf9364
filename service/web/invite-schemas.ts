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

export const INVITE_POLICIES = ['closed', 'ask', 'accept'] as const

export const InvitePolicySchema = Type.Object({
  policy: OneOf(INVITE_POLICIES),
  remainingSeconds: Nullable(CountSchema),
  fixed: Type.Boolean()
})

/**
 * `closed`: only coordinators of the hub's projects may invite it, and a person answers; `ask`: anybody may, and a person
 * answers; `accept`: the hub takes each one. For `remainingSeconds` more, or until something changes when that is null.
 * `fixed`: the configuration of the run says so.
 */
export type InvitePolicyView = Type.Static<typeof InvitePolicySchema>

export const InvitePolicyChangeSchema = Type.Object({ policy: OneOf(INVITE_POLICIES) }, CLOSED)
