import type { DeviceId } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import type { RpcMessages } from '../wire/rpc.ts'
import type { InviteState } from './invite-state.ts'

/** One invite into a project, from one connected device. */
export interface Invite {
  /** Hex of its 32 random bytes. */
  readonly id: string
  readonly peer: Peer
  readonly message: RpcMessages['Invite']
  /** Milliseconds since 1970, by the hub's clock. */
  readonly receivedAt: number
  state: InviteState
}

/** What others may know of an invite: a value that nobody changes afterwards. */
export interface InviteSummary {
  readonly id: string
  readonly projectName: string
  readonly projectDescription: string | null
  readonly projectColor: string | null
  readonly roleName: string | null
  readonly inviterId: DeviceId
  readonly inviterName: string
  readonly receivedAt: number
  readonly state: InviteState
}

export function summaryOf({ id, peer, message, receivedAt, state }: Invite): InviteSummary {
  return {
    id,
    projectName: message.projectName,
    projectDescription: message.projectDescription ?? null,
    projectColor: message.projectColor ?? null,
    roleName: message.roleName ?? null,
    inviterId: peer.deviceId,
    inviterName: message.invitorName,
    receivedAt,
    state
  }
}
