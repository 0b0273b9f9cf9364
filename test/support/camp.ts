import type { PhoneVersion } from '../phones/commands.ts'
import { startPhone, type Phone, type PhoneOwner } from '../phones/phone.ts'
import type { PhoneProject } from '../phones/phone-project.ts'
import { startHub, type HubOptions, type HubProcess } from './hub-process.ts'
import { HubOffice } from './hub-office.ts'
import { inviteDirectly } from './invite-directly.ts'

const NAMES = ['Ana', 'Ben', 'Cora', 'Davi', 'Eva', 'Fred', 'Gina', 'Hugo', 'Ines', 'Juan']

/** A hub, wherever it runs. */
export type ReachableHub = Pick<HubProcess, 'deviceId' | 'address'>

/** One person of a camp: the phone, and the project in it. */
export interface Camper {
  phone: Phone
  project: PhoneProject
}

/**
 * A hub and phones in one project, one camper for each version that was asked for. Every phone but the first met the first one,
 * and nobody else but the hub.
 */
export interface Camp<V extends readonly PhoneVersion[]> {
  hub: HubProcess
  office: HubOffice
  projectId: string
  campers: { -readonly [I in keyof V]: Camper }
}

/**
 * Starts a hub and one phone per version. The first phone creates a project, invites the hub and then each other phone, side
 * by side. At the end nobody is connected to anybody, and nobody has pressed Start.
 */
export async function makeCamp<const V extends readonly PhoneVersion[]>(
  owner: PhoneOwner,
  versions: V,
  options: { hub?: HubOptions } = {}
): Promise<Camp<V>> {
  const [hub, ...phones] = await Promise.all([
    startHub(owner, options.hub),
    ...versions.map((version, index) =>
      startPhone(owner, { version, name: NAMES[index] ?? `Phone ${index}` })
    )
  ])
  const [first, ...others] = phones
  if (first === undefined) throw new Error('a camp has at least one phone')
  const project = await first.createProject('Forest')
  await inviteHub({ phone: first, project }, hub)
  const campers: Camper[] = [{ phone: first, project }]
  for (const phone of others) {
    campers.push({ phone, project: await inviteDirectly({ inviter: first, project }, phone) })
    await phone.disconnect()
  }
  await first.disconnect()
  return {
    hub,
    office: new HubOffice(hub),
    projectId: project.id,
    // One per version, in the same order.
    campers: campers as Camp<V>['campers']
  }
}

/** Dials the hub and invites it, and resolves when the hub shows itself as a member. They stay connected. */
export async function inviteHub({ phone, project }: Camper, hub: ReachableHub): Promise<void> {
  await phone.dial(hub.address)
  const decision = await project.invite(hub.deviceId)
  if (decision !== 'ACCEPT') throw new Error(`the hub answered ${decision}`)
  await project.waitForMember(hub.deviceId, { role: 'member' })
}

/** Dials the hub and presses Start. */
export async function goOnline({ phone, project }: Camper, hub: ReachableHub): Promise<void> {
  await phone.dial(hub.address)
  await project.startSync()
}
