import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { shortId } from '../ids.ts'
import type { Peer } from '../peers/peer.ts'
import type { RpcReceived } from '../peers/rpc-channel.ts'
import type { Peers } from '../peers/peers.ts'
import { Resource } from '../resource.ts'
import { summaryOf, type Invite, type InviteSummary } from './invite.ts'
import { InviteGate } from './invite-gate.ts'
import {
  judgeDetails,
  transition,
  type InviteEffect,
  type InviteEvent,
  type Membership
} from './invite-state.ts'
import type { JoinDetails } from './join-details.ts'
import type { Project } from './project.ts'
import type { Projects } from './projects.ts'

/** Ended invites stay listed until newer ones push them out, so that the page can say what became of them. */
export const MAX_ENDED = 20

interface InvitesEvents {
  changed: [invite: InviteSummary]
  /** The hub has joined through this device, whose connection was there before the hub knew the project. */
  joined: [project: Project, inviter: Peer]
}

/** The invites that the hub has received: carries out what the state machine decides. */
export class Invites extends Resource<InvitesEvents> {
  readonly #peers: Peers
  readonly #projects: Projects
  readonly gate: InviteGate
  readonly #isServedBy: (project: Project, inviter: Peer) => boolean
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #invites = new Map<string, Invite>()
  readonly #timers = new Map<Invite, Timer>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #follow = (peer: Peer) => this.#followPeer(peer)

  /**
   * @param parts.isServedBy whether the inviting device exchanges the project with the hub now. One that does not may have
   *   removed the hub, which is then the last to learn of it.
   */
  constructor(parts: {
    peers: Peers
    projects: Projects
    policy: 'ask' | 'accept'
    isServedBy: (project: Project, inviter: Peer) => boolean
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#peers = parts.peers
    this.#projects = parts.projects
    this.#isServedBy = parts.isServedBy
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.gate = new InviteGate(parts)
  }

  /** Newest first. */
  list(): InviteSummary[] {
    return [...this.#invites.values()].map(summaryOf).reverse()
  }

  /** @throws INVITE_NOT_FOUND, INVITE_NOT_PENDING */
  accept(id: string): InviteSummary {
    return this.#decide(id, { type: 'accepted-by-person' })
  }

  /** @throws INVITE_NOT_FOUND, INVITE_NOT_PENDING */
  reject(id: string): InviteSummary {
    return this.#decide(id, { type: 'rejected-by-person' })
  }

  protected override async _open() {
    this.#peers.on('connected', this.#follow)
    for (const peer of this.#peers.connected.values()) this.#followPeer(peer)
  }

  protected override async _close() {
    this.#peers.off('connected', this.#follow)
    this.gate.window.close()
    for (const timer of this.#timers.values()) timer.clear()
    // Storing the keys is followed by opening the project.
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  #followPeer(peer: Peer): void {
    peer.on('message', (received) => this.#receive(peer, received))
    void peer.closed.then(() => {
      for (const invite of this.#invites.values()) {
        if (invite.peer === peer) this.#apply(invite, { type: 'disconnected' })
      }
    })
  }

  #receive(peer: Peer, received: RpcReceived): void {
    switch (received.type) {
      case 'Invite':
        this.#receiveInvite(peer, received.message)
        return
      case 'InviteCancel': {
        const invite = this.#find(peer, received.message.inviteId)
        if (invite !== undefined) this.#apply(invite, { type: 'cancelled-by-inviter' })
        else acknowledge(peer, 'InviteCancel', received.message.inviteId)
        return
      }
      case 'ProjectJoinDetails': {
        const invite = this.#find(peer, received.message.inviteId)
        if (invite === undefined) return
        const project = this.#projectOf(invite)
        const known = { auth: project?.keys.authKey, ...project?.secrets?.encryptionKeys }
        const verdict = judgeDetails(received.message, invite.message.projectInviteId, known)
        this.#apply(invite, { type: 'details-received', details: received.message, verdict })
        return
      }
      default:
    }
  }

  #receiveInvite(peer: Peer, message: Invite['message']): void {
    const known = this.#find(peer, message.inviteId)
    // One that is repeated is answered again, and costs the hub nothing that stays.
    if (known === undefined) {
      const waiting = [...this.#invites.values()].filter((invite) => !isEnded(invite))
      const refusal = this.gate.refusalOf(peer, message, waiting)
      if (refusal !== null) {
        this.#logger.warn({ peer: shortId(peer.deviceId) }, refusal)
        acknowledge(peer, 'Invite', message.inviteId)
        // The answer that a person gives, too: it does not tell whether the hub knows the project.
        peer.send('InviteResponse', { inviteId: message.inviteId, decision: 'reject' })
        return
      }
    }
    const invite = known ?? this.#add(peer, message)
    this.#apply(invite, {
      type: 'received',
      membership: this.#membershipOf(invite),
      policy: this.gate.policy.policy === 'accept' ? 'accept' : 'ask'
    })
  }

  #add(peer: Peer, message: Invite['message']): Invite {
    const invite: Invite = {
      id: message.inviteId.toString('hex'),
      peer,
      message,
      receivedAt: this.#clock.now(),
      state: { name: 'new' }
    }
    this.#invites.set(invite.id, invite)
    const ended = [...this.#invites.values()].filter(isEnded)
    for (const old of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) this.#invites.delete(old.id)
    return invite
  }

  #find(peer: Peer, inviteId: Buffer): Invite | undefined {
    const invite = this.#invites.get(inviteId.toString('hex'))
    return invite?.peer === peer ? invite : undefined
  }

  #projectOf(invite: Invite): Project | undefined {
    return this.#projects.invitedTo(invite.message.projectInviteId)
  }

  #membershipOf(invite: Invite): Membership {
    const project = this.#projectOf(invite)
    if (project === undefined) return 'none'
    switch (project.ownRole) {
      case 'creator':
      case 'coordinator':
      case 'member':
        return this.#isServedBy(project, invite.peer) ? 'active' : 'keys-only'
      case 'none':
        return 'keys-only'
      case 'left':
      case 'blocked':
        return 'none'
    }
  }

  #decide(id: string, event: InviteEvent): InviteSummary {
    const invite = this.#invites.get(id)
    if (invite === undefined) throw new WaystationError('INVITE_NOT_FOUND')
    if (invite.state.name !== 'pending') throw new WaystationError('INVITE_NOT_PENDING')
    this.#apply(invite, event)
    return summaryOf(invite)
  }

  #apply(invite: Invite, event: InviteEvent): void {
    const { state, effects } = transition(invite.state, event)
    const changed = state !== invite.state
    invite.state = state
    for (const effect of effects) this.#carryOut(invite, effect)
    if (!changed) return
    if (isEnded(invite)) {
      this.#stopTimer(invite)
      this.#details.delete(invite)
    }
    this.#logger.info({ invite: shortId(invite.id), state: state.name }, 'invite changed')
    this.emit('changed', summaryOf(invite))
  }

  #carryOut(invite: Invite, effect: InviteEffect): void {
    const { inviteId } = invite.message
    switch (effect.type) {
      case 'send-ack':
        acknowledge(invite.peer, effect.of, inviteId)
        return
      case 'send-response':
        invite.peer.send('InviteResponse', { inviteId, decision: effect.decision })
        return
      case 'start-timer':
        this.#stopTimer(invite)
        this.#timers.set(
          invite,
          this.#clock.after(effect.delayMs, () => this.#apply(invite, { type: effect.firing }))
        )
        return
      case 'stop-timer':
        this.#stopTimer(invite)
        return
      case 'store':
        this.#run(invite, 'store-failed', async () => {
          await this.#projects.keep(this.#detailsOf(invite, effect.details))
          this.#apply(invite, { type: 'stored' })
        })
        return
      case 'open-project':
        this.#run(invite, 'open-failed', () => this.#openProject(invite))
        return
      case 'drop-connection':
        invite.peer.disconnect('Invite failed')
    }
  }

  async #openProject(invite: Invite): Promise<void> {
    const details = this.#details.get(invite)
    if (details === undefined) throw new Error('No details were kept for this invite')
    const project = await this.#projects.open(details)
    this.#apply(invite, { type: 'opened' })
    this.emit('joined', project, invite.peer)
    for (const other of this.#invites.values()) {
      if (other !== invite && this.#projectOf(other) === project)
        this.#apply(other, { type: 'became-member' })
    }
  }

  readonly #details = new Map<Invite, JoinDetails>()

  #detailsOf(
    invite: Invite,
    { projectKey, encryptionKeys }: Pick<JoinDetails, 'projectKey' | 'encryptionKeys'>
  ) {
    const { projectName, projectColor, projectDescription } = invite.message
    const details: JoinDetails = {
      projectKey,
      encryptionKeys,
      name: projectName,
      color: projectColor ?? null,
      description: projectDescription ?? null,
      joinedAt: this.#clock.now()
    }
    this.#details.set(invite, details)
    return details
  }

  #run(invite: Invite, failure: 'store-failed' | 'open-failed', act: () => Promise<void>): void {
    const running = act()
      .catch((err: unknown) => {
        this.#logger.error({ err, invite: shortId(invite.id) }, 'joining failed')
        this.#apply(invite, { type: failure })
      })
      .finally(() => this.#underWay.delete(running))
    this.#underWay.add(running)
  }

  #stopTimer(invite: Invite): void {
    this.#timers.get(invite)?.clear()
    this.#timers.delete(invite)
  }
}

function isEnded({ state }: Invite): boolean {
  return ['joined', 'rejected', 'answered-already', 'cancelled', 'failed'].includes(state.name)
}

/** CoMapeo waits for an answer to each of these without end from a device that says that it acknowledges. */
function acknowledge(
  peer: Peer,
  of: 'Invite' | 'InviteCancel' | 'ProjectJoinDetails',
  inviteId: Buffer
): void {
  peer.send(`${of}Ack`, { inviteId })
}
