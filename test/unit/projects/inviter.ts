import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { RpcType } from '../../../service/wire/rpc.ts'
import { projectInviteIdOf } from '../../../service/wire/project-keys.ts'
import { until } from '../../support/until.ts'
import { dial, type Line } from '../peers/device.ts'
import { makeProject, type Device, type TestProject } from './device.ts'

/** A coordinator's phone as the hub meets it: connected, and inviting the hub into a project. */
export class Inviter {
  readonly line: Line
  readonly project: TestProject

  private constructor(line: Line, project: TestProject) {
    this.line = line
    this.project = project
  }

  /** @param device whose identity the phone has; without it it is nobody that any project knows */
  static async connect(t: Test, port: number, project = makeProject(), device?: Device): Promise<Inviter> {
    const line = await dial(t, port, device && { keyPair: device.identity })
    await until(() => line.heard.length > 0)
    return new Inviter(line, project)
  }

  /** @returns the id of the invite, in hex */
  invite(id = randomBytes(32)): string {
    this.line.rpc.send('Invite', {
      inviteId: id,
      projectInviteId: projectInviteIdOf(this.project.details.projectKey),
      projectName: this.project.details.name,
      roleName: 'Participant',
      invitorName: 'Ana',
      sendStats: false,
      invitorWroteDeviceInfo: false
    })
    return id.toString('hex')
  }

  cancel(id: string): void {
    this.line.rpc.send('InviteCancel', { inviteId: Buffer.from(id, 'hex') })
  }

  sendDetails(id: string, { details } = this.project): void {
    const { projectKey, encryptionKeys } = details
    this.line.rpc.send('ProjectJoinDetails', {
      inviteId: Buffer.from(id, 'hex'),
      projectKey,
      encryptionKeys: { ...encryptionKeys }
    })
  }

  /** All that the hub said of one invite, in order: the types, and the decision of a response. */
  heardOf(id: string): string[] {
    return this.line.heard.flatMap(({ type, message }) => {
      if (!('inviteId' in message) || message.inviteId.toString('hex') !== id) return []
      return [type === 'InviteResponse' ? message.decision : type]
    })
  }

  async hears(id: string, said: RpcType | 'accept' | 'reject' | 'already'): Promise<void> {
    await until(() => this.heardOf(id).includes(said))
  }
}
