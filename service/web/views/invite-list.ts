import type { InviteState } from '../../projects/invite-state.ts'
import type { InviteSummary } from '../../projects/invite.ts'
import type { Invites } from '../../projects/invites.ts'
import { WaystationError } from '../../errors.ts'
import type { InvitePolicyView, InviteView } from '../invite-schemas.ts'
import type { InviteService } from '../services.ts'

const SHOWN: Readonly<Record<InviteState['name'], InviteView['state']>> = {
  new: 'pending',
  pending: 'pending',
  'awaiting-details': 'joining',
  storing: 'joining',
  opening: 'joining',
  joined: 'joined',
  rejected: 'rejected',
  'answered-already': 'already-member',
  cancelled: 'cancelled',
  failed: 'failed'
}

export function inviteView(invite: InviteSummary): InviteView {
  return {
    id: invite.id,
    project: {
      name: invite.projectName,
      description: invite.projectDescription,
      color: invite.projectColor
    },
    role: invite.roleName,
    inviter: { deviceId: invite.inviterId, name: invite.inviterName },
    receivedAt: new Date(invite.receivedAt).toISOString(),
    state: SHOWN[invite.state.name]
  }
}

/** The invites as the office sees and answers them. */
export class InviteList implements InviteService {
  readonly #invites: Invites

  constructor(invites: Invites) {
    this.#invites = invites
  }

  async list(): Promise<InviteView[]> {
    return this.#invites.list().map(inviteView)
  }

  policy(): InvitePolicyView {
    const now = this.#invites.gate.policy
    if (now.policy === 'closed') return { policy: 'closed', remainingSeconds: null, fixed: false }
    const { policy, remainingMs } = now
    const remainingSeconds = remainingMs === null ? null : Math.ceil(remainingMs / 1000)
    return { policy, remainingSeconds, fixed: policy === 'accept' && remainingMs === null }
  }

  setPolicy(policy: InvitePolicyView['policy']): InvitePolicyView {
    if (this.policy().fixed) {
      throw new WaystationError(
        'SETTING_FIXED',
        'That invites are accepted is fixed by the configuration of the hub'
      )
    }
    if (policy === 'closed') this.#invites.gate.window.close()
    else this.#invites.gate.window.open(policy)
    return this.policy()
  }

  async accept(id: string): Promise<InviteView> {
    return inviteView(this.#invites.accept(id))
  }

  async reject(id: string): Promise<InviteView> {
    return inviteView(this.#invites.reject(id))
  }
}
