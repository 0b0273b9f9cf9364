import type { Phone } from '../phones/phone.ts'
import type { PhoneProject } from '../phones/phone-project.ts'

/**
 * Brings a phone into a project as people do when they stand side by side: they connect, invite and accept. They stay
 * connected; `invitee.disconnect()` makes them part.
 *
 * @returns the project in the invited phone, which knows its role there
 */
export async function inviteDirectly(
  { inviter, project }: { inviter: Phone; project: PhoneProject },
  invitee: Phone,
  role: 'member' | 'coordinator' = 'member'
): Promise<PhoneProject> {
  await invitee.acceptInvites()
  await invitee.dial(await inviter.listen())
  await inviter.waitForPeer(invitee.deviceId, 'connected')
  const [decision, joined] = await Promise.all([project.invite(invitee.deviceId, role), invitee.nextJoin()])
  if (decision !== 'ACCEPT') throw new Error(`${invitee.name} answered ${decision}`)
  await joined.waitForOwnRole(role)
  return joined
}
