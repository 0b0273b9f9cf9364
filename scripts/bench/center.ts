import type { PeerAddress } from '../../test/phones/commands.ts'
import { startPhone, type Phone } from '../../test/phones/phone.ts'
import { inviteHub, type Camper } from '../../test/support/camp.ts'
import { startHub, type HubProcess } from '../../test/support/hub-process.ts'
import type { Owner } from './owner.ts'

/** What stands in the middle of a star: every phone is connected to it and to nobody else. */
export interface Center {
  readonly deviceId: string
  readonly address: PeerAddress
  readonly pid: number
  /** The inviter dials it and brings it into the project; they stay connected. */
  join(inviter: Camper): Promise<void>
}

/** Waystation as it is built, in a process of its own. */
export async function startWaystation(owner: Owner): Promise<Center> {
  const hub: HubProcess = await startHub(owner, { built: true })
  return {
    deviceId: hub.deviceId,
    address: hub.address,
    pid: running(hub.pid),
    join: (inviter) => inviteHub(inviter, hub)
  }
}

/** A device with the released library that keeps everything, as one would use it for a hub without Waystation. */
export async function startPlainDevice(owner: Owner): Promise<Center> {
  const device: Phone = await startPhone(owner, { version: '7.1.0', name: 'Plain device', archive: true })
  const address = await device.listen()
  return {
    deviceId: device.deviceId,
    address,
    pid: running(device.pid),
    async join({ phone, project }) {
      await device.acceptInvites()
      await phone.dial(address)
      const decision = await project.invite(device.deviceId)
      if (decision !== 'ACCEPT') throw new Error(`the plain device answered ${decision}`)
      const joined = await device.nextJoin()
      await joined.waitForOwnRole('member')
      await joined.startSync()
    }
  }
}

export function running(pid: number | undefined): number {
  if (pid === undefined) throw new Error('the process does not run')
  return pid
}
