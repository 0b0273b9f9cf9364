import type { Clock } from '../../clock.ts'
import type { DeviceId } from '../../ids.ts'
import type { Peer } from '../../peers/peer.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Project } from '../../projects/project.ts'
import type { Projects } from '../../projects/projects.ts'
import type { SessionHistory } from '../../sync/session-history.ts'
import type { ProjectSession } from '../../sync/project-session.ts'
import type { Sync } from '../../sync/sync.ts'
import type { DeviceView } from '../status-schemas.ts'
import { progressOf, stateOf, wantsOf } from './flow.ts'

/** Devices that were here and have gone, on the board. Who came longer ago is in the history. */
const MAX_AWAY = 100

/** What the hub knows of each device: those that are connected, and those that were here. */
export class DeviceViews {
  readonly #peers: Peers
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #history: SessionHistory
  readonly #clock: Clock

  constructor(parts: {
    peers: Peers
    projects: Projects
    sync: Sync
    history: SessionHistory
    clock: Clock
  }) {
    this.#peers = parts.peers
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#history = parts.history
    this.#clock = parts.clock
  }

  /** Connected devices first, then those that were here last. */
  all(): DeviceView[] {
    const connected = [...this.#peers.connected.values()].map((peer) => this.ofPeer(peer))
    const away = new Map<DeviceId, DeviceView>()
    for (const { deviceId, deviceName, startedAt, endedAt } of this.#history.list()) {
      if (away.size >= MAX_AWAY) break
      if (this.#peers.connected.has(deviceId) || away.has(deviceId)) continue
      away.set(deviceId, awayView(deviceId, deviceName, endedAt ?? startedAt))
    }
    return [...connected, ...away.values()]
  }

  /** One connected device, over all its projects. */
  ofPeer(peer: Peer): DeviceView {
    const sessions = this.#sync.sessionsWith(peer.deviceId)
    return this.#connected(peer, sessions, this.#stateWithout(peer.deviceId))
  }

  /** One member of a project, connected or not, by this project alone. */
  ofMember(deviceId: DeviceId, project: Project): DeviceView {
    const peer = this.#peers.connected.get(deviceId)
    if (peer !== undefined) {
      const sessions = this.#sync.sessionsWith(deviceId).filter((session) => session.project === project)
      return this.#connected(peer, sessions, 'found')
    }
    const last = this.#history.list().find((record) => record.deviceId === deviceId)
    return awayView(deviceId, last?.deviceName ?? null, last?.endedAt ?? last?.startedAt ?? null)
  }

  #connected(peer: Peer, sessions: readonly ProjectSession[], stateWithout: DeviceView['state']): DeviceView {
    return {
      id: peer.deviceId,
      name: peer.info?.name ?? null,
      type: typeOf(peer),
      state: sessions.length > 0 ? stateOf(sessions) : stateWithout,
      progress: progressOf(sessions),
      wants: wantsOf(sessions),
      lastSeenAt: new Date(this.#clock.now()).toISOString()
    }
  }

  /** A device that has opened no project of ours: either its app shows another one, or it is in none of ours. */
  #stateWithout(deviceId: DeviceId): DeviceView['state'] {
    const projects = this.#projects.all()
    const isKnown = projects.length === 0 || projects.some(({ members }) => members.isActive(deviceId))
    return isKnown ? 'found' : 'unknown-project'
  }
}

function awayView(id: DeviceId, name: string | null, lastSeenAt: string | null): DeviceView {
  return { id, name, type: 'unknown', state: 'away', progress: null, wants: null, lastSeenAt }
}

function typeOf(peer: Peer): DeviceView['type'] {
  const type = peer.info?.deviceType
  return type === undefined || type === 'unspecified' ? 'unknown' : type
}
