import { syncStates, until } from './until.js'

/** What a person does on the exchange screen. */
export function syncCommands({ manager }) {
  return {
    async startSync({ projectId }) {
      const project = await manager.getProject(projectId)
      project.$sync.start()
    },
    async stopSync({ projectId }) {
      const project = await manager.getProject(projectId)
      project.$sync.stop()
    },
    async syncState({ projectId }) {
      const project = await manager.getProject(projectId)
      return project.$sync.getState()
    },
    async waitForSync({ projectId, type }) {
      const project = await manager.getProject(projectId)
      await project.$sync.waitForSync(type)
    },
    /** As the app sees it: exchange is on, and neither side wants anything that the other has. */
    async doneWith({ projectId, deviceId }) {
      const project = await manager.getProject(projectId)
      await until(syncStates(project), () => {
        const remote = project.$sync.getState().remoteDeviceSyncState[deviceId]
        if (remote === undefined || !remote.data.isSyncEnabled) return undefined
        const { initial, data } = remote
        return initial.want + initial.wanted + data.want + data.wanted === 0 ? true : undefined
      })
    },
    /** For the text of a failure. */
    async diagnosis() {
      const peers = (await manager.listLocalPeers()).map(({ deviceId, status, name }) => ({
        deviceId,
        status,
        name
      }))
      const syncStates = {}
      for (const { projectId } of await manager.listProjects()) {
        syncStates[projectId] = (await manager.getProject(projectId)).$sync.getState()
      }
      return { peers, syncStates }
    }
  }
}
