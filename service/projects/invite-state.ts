import { NAMESPACES, type Namespace } from '../ids.ts'
import type { InviteDecision, RpcMessages } from '../wire/rpc.ts'
import { projectInviteIdOf } from '../wire/project-keys.ts'

/** How long the hub waits for the keys after it has accepted (CoMapeo peer protocol: 45 s). */
export const DETAILS_TIMEOUT_MS = 45_000

/** How long storing the keys and opening the project may take (CoMapeo peer protocol: 300 s). */
export const JOIN_TIMEOUT_MS = 300_000

export type JoinDetails = RpcMessages['ProjectJoinDetails']

/**
 * What the hub is to the project of an invite. `active`: it holds a role document that makes it creator, coordinator or member.
 * `keys-only`: it has the keys and no such role: the coordinator went away before writing it.
 */
export type Membership = 'none' | 'keys-only' | 'active'

export type InviteFailure =
  | 'disconnected'
  | 'details-timed-out'
  | 'join-timed-out'
  | 'other-project'
  | 'keys-differ'
  | 'store-failed'
  | 'open-failed'

/**
 * One invite as the hub sees it. Drawn in docs/invites.md.
 * Until `storing` the other side may take it back; from then on the hub has the keys, and it sees the join through.
 */
export type InviteState =
  | { name: 'new' }
  | { name: 'pending' }
  | { name: 'awaiting-details' }
  | { name: 'storing'; details: JoinDetails }
  | { name: 'opening' }
  | { name: 'joined' }
  | { name: 'rejected' }
  | { name: 'answered-already' }
  | { name: 'cancelled' }
  | { name: 'failed'; failure: InviteFailure }

export type InviteEvent =
  /** The Invite message; again when the inviter repeats it. */
  | { type: 'received'; membership: Membership; policy: 'ask' | 'accept' }
  | { type: 'accepted-by-person' }
  | { type: 'rejected-by-person' }
  | { type: 'cancelled-by-inviter' }
  /** The hub became an active member in another way, such as by another invite. */
  | { type: 'became-member' }
  /** The keys came, from the inviter and with the id of this invite. */
  | { type: 'details-received'; details: JoinDetails; verdict: DetailsVerdict }
  | { type: 'details-timed-out' }
  /** The keys are durable. */
  | { type: 'stored' }
  | { type: 'store-failed' }
  | { type: 'opened' }
  | { type: 'open-failed' }
  | { type: 'join-timed-out' }
  | { type: 'disconnected' }

/** To be carried out in the order given. One timer runs at most: starting one replaces the other. */
export type InviteEffect =
  | { type: 'send-ack'; of: 'Invite' | 'InviteCancel' | 'ProjectJoinDetails' }
  | { type: 'send-response'; decision: InviteDecision }
  | { type: 'start-timer'; firing: 'details-timed-out' | 'join-timed-out'; delayMs: number }
  | { type: 'stop-timer' }
  | { type: 'store'; details: JoinDetails }
  | { type: 'open-project' }
  /** An inviter that waits for an ack waits without end, also after it has cancelled: only a disconnect frees it. */
  | { type: 'drop-connection' }

export interface InviteTransition {
  state: InviteState
  effects: readonly InviteEffect[]
}

/** Whether join details are those of the project that the hub was invited to. */
export type DetailsVerdict = 'fitting' | 'other-project' | 'keys-differ'

/**
 * @param projectInviteId of the invite
 * @param known the encryption keys that the hub holds for that project: none, all, or the one that a locked hub has
 */
export function judgeDetails(
  details: JoinDetails,
  projectInviteId: Buffer,
  known: Readonly<Partial<Record<Namespace, Buffer | undefined>>>
): DetailsVerdict {
  if (!projectInviteIdOf(details.projectKey).equals(projectInviteId)) return 'other-project'
  const isSame = NAMESPACES.every(
    (namespace) => known[namespace]?.equals(details.encryptionKeys[namespace]) ?? true
  )
  return isSame ? 'fitting' : 'keys-differ'
}

/**
 * The invitee's side of one invite (CoMapeo peer protocol). An event that means nothing in a state changes nothing; only what
 * the inviter waits for is acknowledged in every state.
 *
 * Other than phones, the hub answers "already" only when it holds an active role: with the keys alone it accepts again, because
 * that is what makes the coordinator write the role that was lost.
 */
export function transition(state: InviteState, event: InviteEvent): InviteTransition {
  switch (event.type) {
    case 'received':
      return receive(state, event)
    case 'accepted-by-person':
      return state.name === 'pending' ? accept([]) : unchanged(state)
    case 'rejected-by-person':
      return state.name === 'pending' ? answer('rejected', 'reject', []) : unchanged(state)
    case 'became-member':
      return state.name === 'pending' ? answer('answered-already', 'already', []) : unchanged(state)
    case 'cancelled-by-inviter':
      return cancel(state)
    case 'details-received':
      return receiveDetails(state, event)
    case 'details-timed-out':
      return state.name === 'awaiting-details' ? fail('details-timed-out') : unchanged(state)
    case 'stored':
      if (state.name !== 'storing') return unchanged(state)
      return {
        state: { name: 'opening' },
        effects: [{ type: 'send-ack', of: 'ProjectJoinDetails' }, { type: 'open-project' }]
      }
    case 'store-failed':
      return state.name === 'storing' ? fail('store-failed', { type: 'drop-connection' }) : unchanged(state)
    case 'opened':
      if (state.name !== 'opening') return unchanged(state)
      return { state: { name: 'joined' }, effects: [{ type: 'stop-timer' }] }
    case 'open-failed':
      return state.name === 'opening' ? fail('open-failed') : unchanged(state)
    case 'join-timed-out':
      if (state.name === 'storing') return fail('join-timed-out', { type: 'drop-connection' })
      return state.name === 'opening' ? fail('join-timed-out') : unchanged(state)
    case 'disconnected':
      return isRevocable(state) ? fail('disconnected') : unchanged(state)
  }
}

function receive(
  state: InviteState,
  { membership, policy }: Extract<InviteEvent, { type: 'received' }>
): InviteTransition {
  const ack: InviteEffect = { type: 'send-ack', of: 'Invite' }
  if (state.name !== 'new') return { state, effects: [ack] }
  if (membership === 'active') return answer('answered-already', 'already', [ack])
  // With the keys already here a person has accepted this project before.
  if (membership === 'keys-only' || policy === 'accept') return accept([ack])
  return { state: { name: 'pending' }, effects: [ack] }
}

function cancel(state: InviteState): InviteTransition {
  const ack: InviteEffect = { type: 'send-ack', of: 'InviteCancel' }
  if (!isRevocable(state)) return { state, effects: [ack] }
  return { state: { name: 'cancelled' }, effects: [ack, { type: 'stop-timer' }] }
}

function receiveDetails(
  state: InviteState,
  { details, verdict }: Extract<InviteEvent, { type: 'details-received' }>
): InviteTransition {
  if (state.name === 'opening' || state.name === 'joined') {
    // Repeated, because our ack was lost with an earlier connection.
    return verdict === 'fitting'
      ? { state, effects: [{ type: 'send-ack', of: 'ProjectJoinDetails' }] }
      : unchanged(state)
  }
  // Too late: no ack will come for these, so the inviter must not wait for one.
  if (state.name === 'failed') return { state, effects: [{ type: 'drop-connection' }] }
  if (state.name !== 'awaiting-details') return unchanged(state)
  if (verdict !== 'fitting') return fail(verdict, { type: 'drop-connection' })
  return {
    state: { name: 'storing', details },
    effects: [
      { type: 'start-timer', firing: 'join-timed-out', delayMs: JOIN_TIMEOUT_MS },
      { type: 'store', details }
    ]
  }
}

function accept(before: readonly InviteEffect[]): InviteTransition {
  return {
    state: { name: 'awaiting-details' },
    effects: [
      ...before,
      { type: 'start-timer', firing: 'details-timed-out', delayMs: DETAILS_TIMEOUT_MS },
      { type: 'send-response', decision: 'accept' }
    ]
  }
}

function answer(
  name: 'rejected' | 'answered-already',
  decision: InviteDecision,
  before: readonly InviteEffect[]
): InviteTransition {
  return { state: { name }, effects: [...before, { type: 'send-response', decision }] }
}

function fail(failure: InviteFailure, ...effects: InviteEffect[]): InviteTransition {
  return { state: { name: 'failed', failure }, effects: [{ type: 'stop-timer' }, ...effects] }
}

function unchanged(state: InviteState): InviteTransition {
  return { state, effects: [] }
}

/** Whether nothing has happened yet that the inviter, or the loss of it, could not undo. */
function isRevocable({ name }: InviteState): boolean {
  return name === 'pending' || name === 'awaiting-details'
}
