import { indexed, until } from './until.js'

const ROLES = {
  a12a6702b93bd7ff: 'creator',
  f7c150f5a3a9a855: 'coordinator',
  '012fd2d431c0bf60': 'member',
  '9e6d29263cba36c9': 'blocked',
  '8ced989b1904606b': 'left',
  '08e4251e36f6e7ed': 'none'
}
const ROLE_IDS = Object.fromEntries(Object.entries(ROLES).map(([id, name]) => [name, id]))

/** What a person does in the team list of a project. */
export function memberCommands({ manager }) {
  const membersOf = async (project) =>
    // From 6.0 on those who left are listed only when asked for; before, the option is not known and all are listed.
    (await project.$member.getMany({ includeLeft: true })).map(({ deviceId, role, name, deviceType }) => ({
      deviceId,
      role: ROLES[role.roleId],
      name,
      deviceType
    }))
  const membersIndexed = (project) => indexed(project, ['role', 'coreOwnership', 'deviceInfo'])

  return {
    async invite({ projectId, deviceId, role }) {
      const project = await manager.getProject(projectId)
      return project.$member.invite(deviceId, { roleId: ROLE_IDS[role] })
    },
    async cancelInvite({ projectId, deviceId }) {
      const project = await manager.getProject(projectId)
      project.$member.requestCancelInvite(deviceId)
    },
    async members({ projectId }) {
      return membersOf(await manager.getProject(projectId))
    },
    async waitForMember({ projectId, deviceId, role, name }) {
      const project = await manager.getProject(projectId)
      return until(membersIndexed(project), async () =>
        (await membersOf(project)).find(
          (member) =>
            member.deviceId === deviceId &&
            (role === undefined || member.role === role) &&
            (name === undefined || member.name === name)
        )
      )
    },
    async ownRole({ projectId }) {
      const project = await manager.getProject(projectId)
      return ROLES[(await project.$getOwnRole()).roleId]
    },
    async waitForOwnRole({ projectId, role }) {
      const project = await manager.getProject(projectId)
      return until(membersIndexed(project), async () =>
        ROLES[(await project.$getOwnRole()).roleId] === role ? true : undefined
      )
    },
    async assignRole({ projectId, deviceId, role }) {
      const project = await manager.getProject(projectId)
      await project.$member.assignRole(deviceId, ROLE_IDS[role])
    },
    async remove({ projectId, deviceId }) {
      const project = await manager.getProject(projectId)
      // 2.0.0 has no remove: its app assigns the blocked role.
      if (project.$member.remove) await project.$member.remove(deviceId)
      else await project.$member.assignRole(deviceId, ROLE_IDS.blocked)
    },
    async leave({ projectId }) {
      await manager.leaveProject(projectId)
    }
  }
}
