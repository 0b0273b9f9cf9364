import { subscribe } from 'node:diagnostics_channel'
import { findDevice } from './find-device.js'
import { until } from './until.js'

// Every socket that this process dialed. 2.0.0 closes only those that it was dialed on when it is told to close all.
const dialed = new Set()
subscribe('net.client.socket', ({ socket }) => {
  dialed.add(socket)
  socket.once('close', () => dialed.delete(socket))
})

/** What a person does with the phone as a whole: connections, invites that it receives, settings. */
export function deviceCommands({ manager, fastify }) {
  let listening
  // Every invite that came, oldest first, and how it ended once it was answered here.
  const invites = []
  const joins = []
  let joinDetails
  let acceptsAll = false
  const waiting = new Set()
  const changed = () => waiting.forEach((recheck) => recheck())
  const invitesChanged = (recheck) => {
    waiting.add(recheck)
    return () => waiting.delete(recheck)
  }

  const accept = async (invite) => {
    const projectId = await manager.invite.accept(invite)
    joins.push(projectId)
    changed()
    return projectId
  }
  manager.invite.on('invite-received', (invite) => {
    if (acceptsAll) return void accept(invite)
    invites.push({
      inviteId: invite.inviteId,
      projectName: invite.projectName,
      invitorName: invite.invitorName
    })
    changed()
  })

  manager.invite.rpc.on('got-project-details', (_inviter, { projectKey, encryptionKeys }) => {
    joinDetails = { projectKey, encryptionKeys }
  })

  const localPeers = (recheck) => {
    const listener = () => recheck()
    manager.on('local-peers', listener)
    return () => manager.off('local-peers', listener)
  }

  return {
    async listen() {
      listening ??= await manager.startLocalPeerDiscoveryServer()
      return { deviceId: manager.deviceId, port: listening.port }
    },
    async dial({ deviceId, host, port }) {
      // A phone that does not listen drops the connections that it dials, too.
      listening ??= await manager.startLocalPeerDiscoveryServer()
      // Any name but its own: in the app this is the instance name that mDNS gave.
      manager.connectLocalPeer({ address: host, port, name: `${host}:${port}` })
      await until(localPeers, async () => {
        const peer = (await manager.listLocalPeers()).find((peer) => peer.deviceId === deviceId)
        return peer?.status === 'connected' && peer.name ? peer.name : undefined
      })
    },
    /** Dials and does not wait: for connections that are meant to come to nothing. */
    async dialBlindly({ host, port }) {
      listening ??= await manager.startLocalPeerDiscoveryServer()
      manager.connectLocalPeer({ address: host, port, name: `${host}:${port}` })
    },
    async disconnect() {
      listening = undefined
      await manager.stopLocalPeerDiscoveryServer({ force: true })
      for (const socket of dialed) socket.destroy()
      await until(localPeers, async () =>
        (await manager.listLocalPeers()).every(({ status }) => status === 'disconnected') ? true : undefined
      )
    },
    findDevice,
    async peers() {
      return (await manager.listLocalPeers()).map(({ deviceId, status, name, deviceType }) => ({
        deviceId,
        status,
        name,
        deviceType
      }))
    },
    async waitForPeer({ deviceId, status, name }) {
      await until(localPeers, async () => {
        const peer = (await manager.listLocalPeers()).find((peer) => peer.deviceId === deviceId)
        return peer?.status === status && (name === undefined || peer.name === name) ? true : undefined
      })
    },

    async createProject({ name }) {
      return manager.createProject({ name })
    },
    async projects() {
      return (await manager.listProjects()).map(({ projectId, name }) => ({ projectId, name }))
    },

    async acceptInvites() {
      acceptsAll = true
      await Promise.all(invites.splice(0).map(accept))
    },
    /** The oldest project that was joined and not asked for yet. */
    nextJoin: () => until(invitesChanged, () => joins.shift()),
    nextInvite: () => until(invitesChanged, () => invites.shift()),
    async accept({ inviteId }) {
      const projectId = await accept({ inviteId })
      joins.splice(joins.indexOf(projectId), 1)
      return projectId
    },
    async reject({ inviteId }) {
      await manager.invite.reject({ inviteId })
    },

    /** The secrets that came with the last invite, for another phone to steal. */
    async joinDetails() {
      if (joinDetails === undefined) throw new Error('no join details have come')
      return joinDetails
    },
    /** Opens a project by its secrets alone: no invite, no role. */
    async addProject({ projectKey, encryptionKeys }) {
      return manager.addProject({ projectKey, encryptionKeys, projectName: 'Stolen' }, { waitForSync: false })
    },

    async rename({ name }) {
      await manager.setDeviceInfo({ name, deviceType: 'mobile' })
    },
    async setArchive({ archive }) {
      manager.setIsArchiveDevice(archive)
    },
    async background() {
      manager.onBackgrounded()
    },
    async foreground() {
      manager.onForegrounded()
    },
    async usage() {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
      return {
        cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
        rssBytes: process.memoryUsage().rss,
        peakRssBytes: maxRSS * 1024
      }
    },
    /** Leaves the folder as an app does that is closed in good order. 2.0.0 has no close. */
    async shutDown() {
      await manager.stopLocalPeerDiscoveryServer({ force: true })
      await fastify.close()
      await manager.close?.()
    }
  }
}
