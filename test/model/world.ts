import type { MemberView } from '../../service/web/project-schemas.ts'
import type { JoinDetails, PhoneVersion } from '../phones/commands.ts'
import type { Phone, PhoneOwner } from '../phones/phone.ts'
import type { PhoneProject } from '../phones/phone-project.ts'
import { inviteHub } from '../support/camp.ts'
import { HubOffice } from '../support/hub-office.ts'
import { startHub, type HubProcess } from '../support/hub-process.ts'
import { Ledger, type Written } from './ledger.ts'
import type { PhonePool } from './phone-pool.ts'

const PASSPHRASE = 'the river is high'

interface Companion {
  phone: Phone
  /** Null for a stranger and for who left. */
  project: PhoneProject | null
  /** The secrets that came with the last invite. */
  details: JoinDetails | null
  /** Its phone lies in the river. */
  isGone: boolean
}

/** A hub and people with phones, each in a process of its own: what the steps of a schedule are played with. */
export class World {
  readonly hub: HubProcess
  readonly office: HubOffice
  readonly ledger = new Ledger()
  readonly projectId: string
  readonly #companions: Companion[]
  readonly #pool: PhonePool
  /** How often something was killed. */
  kills = 0

  private constructor(parts: {
    hub: HubProcess
    projectId: string
    companions: Companion[]
    pool: PhonePool
  }) {
    this.hub = parts.hub
    this.office = new HubOffice(parts.hub)
    this.projectId = parts.projectId
    this.#companions = parts.companions
    this.#pool = parts.pool
  }

  /** As the model begins: the first person has created a project and invited the hub, which is sealed and unlocked. */
  static async begin(owner: PhoneOwner, pool: PhonePool, crew: readonly PhoneVersion[]): Promise<World> {
    const hub = await startHub(owner, { built: true })
    await new HubOffice(hub).claim(PASSPHRASE)
    const companions = await Promise.all(
      crew.map(async (version): Promise<Companion> => {
        return { phone: await pool.take(version), project: null, details: null, isGone: false }
      })
    )
    const [creator] = companions
    if (creator === undefined) throw new Error('a camp has at least one person')
    const project = await creator.phone.createProject('Forest')
    creator.project = project
    await inviteHub({ phone: creator.phone, project }, hub)
    await creator.phone.disconnect()
    return new World({ hub, projectId: project.id, companions, pool })
  }

  /** Puts the phones back; after a failure nobody knows what state they are in. */
  async end({ failed }: { failed: boolean }): Promise<void> {
    for (const { phone, isGone } of this.#companions) {
      if (failed || isGone) await this.#pool.discard(phone)
      else await this.#pool.giveBack(phone)
    }
    await this.hub.kill()
  }

  labelOf(who: number): string {
    const { phone } = this.#of(who)
    return `person ${who} (${phone.name}, ${phone.version})`
  }

  /** @throws Error for a stranger, and for who left */
  projectOf(who: number): PhoneProject {
    const { project } = this.#of(who)
    if (project === null) throw new Error(`${this.labelOf(who)} is in no project`)
    return project
  }

  phoneOf(who: number): Phone {
    return this.#of(who).phone
  }

  async come(who: number): Promise<void> {
    const { phone, project } = this.#of(who)
    await phone.dial(this.hub.address)
    await project?.startSync()
  }

  async go(who: number): Promise<void> {
    await this.#of(who).phone.disconnect()
  }

  /** Until the phone is done with the hub, and the page says the same of the phone. */
  async settle(who: number): Promise<void> {
    const { deviceId } = this.phoneOf(who)
    await this.projectOf(who).doneWith(this.hub.deviceId)
    let seen: MemberView | undefined
    const awaited = () => `${this.labelOf(who)} up to date; the page says ${JSON.stringify(seen)}`
    await this.office.until(awaited, async () => {
      seen = await this.#memberAtHub(deviceId)
      return seen?.state === 'up-to-date' ? true : undefined
    })
  }

  async write(who: number, act: (project: PhoneProject) => Promise<Written>): Promise<void> {
    const project = this.projectOf(who)
    await this.ledger.note(who, project, await act(project))
  }

  /** Side by side: the invited phone dials the other, is invited, and goes. */
  async invite(who: number, whom: number, answer: 'accept' | 'reject'): Promise<void> {
    const inviter = this.#of(who)
    const invited = this.#of(whom)
    const project = this.projectOf(who)
    if (invited.details !== null) {
      await project.waitForMember(invited.phone.deviceId, { role: 'left' })
    }
    await invited.phone.dial(await inviter.phone.listen())
    await inviter.phone.waitForPeer(invited.phone.deviceId, 'connected')
    const decision = project.invite(invited.phone.deviceId)
    const received = await invited.phone.nextInvite()
    if (answer === 'reject') {
      await invited.phone.reject(received)
    } else {
      invited.project = await invited.phone.accept(received)
      invited.details = await invited.phone.joinDetails()
      await invited.project.waitForOwnRole('member')
    }
    const expected = answer === 'accept' ? 'ACCEPT' : 'REJECT'
    if ((await decision) !== expected) throw new Error(`${this.labelOf(whom)} answered ${await decision}`)
    await invited.phone.disconnect()
  }

  /** By the creator. Until the other knows, by way of the hub. */
  async promote(whom: number): Promise<void> {
    await this.projectOf(0).assignRole(this.phoneOf(whom).deviceId, 'coordinator')
    await this.projectOf(whom).waitForOwnRole('coordinator')
  }

  /** Until the hub has heard of it. */
  async block(who: number, whom: number): Promise<void> {
    const { deviceId } = this.phoneOf(whom)
    await this.projectOf(who).remove(deviceId)
    await this.settle(who)
    await this.office.until(`${this.labelOf(whom)} blocked`, async () => {
      const member = await this.#memberAtHub(deviceId)
      // Whom the hub never met is not on its list.
      return member === undefined || member.role === 'blocked' ? true : undefined
    })
  }

  /** Until the hub has heard of it. */
  async leave(who: number): Promise<void> {
    const companion = this.#of(who)
    const { phone } = companion
    await this.projectOf(who).leave()
    companion.project = null
    await this.office.until(`${this.labelOf(who)} left`, async () =>
      (await this.#memberAtHub(phone.deviceId))?.role === 'left' ? true : undefined
    )
    await phone.disconnect()
  }

  async steal(who: number, whom: number): Promise<void> {
    const { details } = this.#of(whom)
    if (details === null) throw new Error(`${this.labelOf(whom)} was never given the keys`)
    const thief = this.#of(who)
    thief.project = await thief.phone.stealProject(details)
  }

  async killPhone(who: number): Promise<void> {
    const { phone } = this.#of(who)
    this.kills++
    await phone.kill()
    await phone.restart()
  }

  async losePhone(who: number): Promise<void> {
    const companion = this.#of(who)
    this.kills++
    companion.isGone = true
    await companion.phone.kill()
  }

  async killHub(): Promise<void> {
    const { deviceId } = this.hub
    this.kills++
    await this.hub.kill()
    for (const { phone, isGone } of this.#companions) {
      if (isGone) continue
      const peers = await phone.peers()
      if (peers.some((peer) => peer.deviceId === deviceId)) await phone.waitForPeer(deviceId, 'disconnected')
    }
    await this.hub.start()
  }

  unlock(): Promise<void> {
    return this.office.unlock(PASSPHRASE)
  }

  /** @throws Error with the last words of a phone that ended by itself */
  checkAlive(): void {
    for (const { phone } of this.#companions) this.#pool.checkAlive(phone)
  }

  async #memberAtHub(deviceId: string) {
    return (await this.office.members(this.projectId)).find(({ id }) => id === deviceId)
  }

  #of(who: number): Companion {
    const companion = this.#companions[who]
    if (companion === undefined) throw new RangeError(`there is no person ${who}`)
    return companion
  }
}
