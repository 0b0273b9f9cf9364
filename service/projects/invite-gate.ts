import type { Clock } from '../clock.ts'
import type { Peer } from '../peers/peer.ts'
import type { Logger } from 'pino'
import type { Invite } from './invite.ts'
import { InvitePace } from './invite-pace.ts'
import { InviteWindow } from './invite-window.ts'
import type { Project } from './project.ts'
import type { Projects } from './projects.ts'

/** Invites that wait for an answer, from one device and from all: what a person can look through. */
export const MAX_PENDING_PER_DEVICE = 3
export const MAX_PENDING = 10

/**
 * What happens to an invite.
 * - `closed`: refused, unless a coordinator of one of the hub's projects sent it; theirs wait for a person
 * - `ask`: it waits for a person
 * - `accept`: it is accepted
 *
 * `remainingMs` null is without end.
 */
export type InvitePolicy = { policy: 'closed' } | { policy: 'ask' | 'accept'; remainingMs: number | null }

/** Who may invite the hub now, and how often. */
export class InviteGate {
  /** In which anybody may invite the hub. What waits already goes on waiting for a person. */
  readonly window: InviteWindow
  readonly #projects: Projects
  readonly #policy: 'ask' | 'accept'
  readonly #isServedBy: (project: Project, inviter: Peer) => boolean
  readonly #pace: InvitePace

  /**
   * @param parts.policy while the hub is in no project
   * @param parts.isServedBy whether the inviting device exchanges the project with the hub now
   */
  constructor(parts: {
    projects: Projects
    policy: 'ask' | 'accept'
    isServedBy: (project: Project, inviter: Peer) => boolean
    clock: Clock
    logger: Logger
  }) {
    this.#projects = parts.projects
    this.#policy = parts.policy
    this.#isServedBy = parts.isServedBy
    this.#pace = new InvitePace(parts)
    this.window = new InviteWindow(parts)
  }

  /** A hub that is in no project waits to be invited; after that it is closed, but for a window. */
  get policy(): InvitePolicy {
    if (this.#policy === 'accept') return { policy: 'accept', remainingMs: null }
    if (this.window.now !== null) return this.window.now
    return this.#projects.all().length === 0 ? { policy: 'ask', remainingMs: null } : { policy: 'closed' }
  }

  /**
   * Counts one invite.
   * @param waiting those that nobody has answered yet
   * @returns why it is not even listed, or null
   */
  refusalOf(peer: Peer, { projectInviteId }: Invite['message'], waiting: readonly Invite[]): string | null {
    if (!this.#mayInvite(peer, projectInviteId))
      return 'closed to invites of those who coordinate none of our projects'
    const fromPeer = waiting.filter((invite) => invite.peer === peer)
    const hasRoom = waiting.length < MAX_PENDING && fromPeer.length < MAX_PENDING_PER_DEVICE
    return hasRoom && this.#pace.allows(peer) ? null : 'too many invites: one refused'
  }

  #mayInvite(peer: Peer, projectInviteId: Buffer): boolean {
    if (this.policy.policy !== 'closed') return true
    const project = this.#projects.invitedTo(projectInviteId)
    // A member that invites what is in already is told so. Where the coordinator walked away between the keys and the
    // role, the hub cannot know yet who coordinates.
    if (project !== undefined && (project.ownRole === 'none' || this.#isServedBy(project, peer))) return true
    return this.#projects
      .all()
      .some(({ members }) => ['creator', 'coordinator'].includes(members.roleOf(peer.deviceId)))
  }
}
