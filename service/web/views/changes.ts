import { EventEmitter } from 'node:events'
import type { DeviceId, ProjectId } from '../../ids.ts'
import type { Mirrors } from '../../mirror/mirrors.ts'
import type { Network } from '../../network/network.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Invites } from '../../projects/invites.ts'
import type { Project } from '../../projects/project.ts'
import type { Projects } from '../../projects/projects.ts'
import { Resource } from '../../resource.ts'
import type { SessionHistory } from '../../sync/session-history.ts'
import type { WriteLight } from '../../system/write-light.ts'
import type { Warnings } from '../../system/warnings.ts'
import type { Sync } from '../../sync/sync.ts'
import type { ChangeEvents } from '../services.ts'
import type { DeviceViews } from './device-views.ts'
import { inviteView } from './invite-list.ts'
import type { ProjectViews } from './project-views.ts'
import type { SessionList } from './session-list.ts'

/** Turns what happens in the engine into what the page is told, each thing only when it is another than before. */
export class Changes extends Resource {
  readonly events = new EventEmitter<ChangeEvents>()
  readonly #warnings: Warnings
  readonly #writeLight: WriteLight
  readonly #peers: Peers
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #invites: Invites
  readonly #mirrors: Mirrors
  readonly #history: SessionHistory
  readonly #devices: DeviceViews
  readonly #sessions: SessionList
  readonly #projectViews: ProjectViews
  readonly #network: Network | null
  readonly #told = new Map<DeviceId, string>()
  readonly #unlisten: (() => void)[] = []

  constructor(parts: {
    warnings: Warnings
    writeLight: WriteLight
    peers: Peers
    projects: Projects
    sync: Sync
    invites: Invites
    mirrors: Mirrors
    history: SessionHistory
    devices: DeviceViews
    sessions: SessionList
    projectViews: ProjectViews
    /** Null when the hub opens none. */
    network: Network | null
  }) {
    super()
    this.#warnings = parts.warnings
    this.#writeLight = parts.writeLight
    this.#peers = parts.peers
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#invites = parts.invites
    this.#mirrors = parts.mirrors
    this.#history = parts.history
    this.#devices = parts.devices
    this.#sessions = parts.sessions
    this.#projectViews = parts.projectViews
    this.#network = parts.network
  }

  protected override async _open() {
    const listen = <Args extends unknown[]>(
      emitter: { on(event: never, listener: never): unknown; off(event: never, listener: never): unknown },
      event: string,
      listener: (...args: Args) => void
    ) => {
      emitter.on(event as never, listener as never)
      this.#unlisten.push(() => emitter.off(event as never, listener as never))
    }
    const tellDevices = () => this.#tellDevices()
    const tellPresence = () => {
      tellDevices()
      // Who is on the Wi-Fi without the app is told by the board.
      this.events.emit('board-changed')
    }
    listen(this.#peers, 'connected', tellPresence)
    listen(this.#peers, 'disconnected', tellPresence)
    listen(this.#peers, 'introduced', tellDevices)
    listen(this.#sync, 'measured', tellDevices)
    listen(this.#warnings, 'changed', () => this.events.emit('board-changed'))
    listen(this.#writeLight, 'changed', () => this.events.emit('board-changed'))
    const tellBoard = () => this.events.emit('board-changed')
    listen(this.#projects, 'joined', tellBoard)
    listen(this.#projects, 'left', (project: Project) => {
      tellBoard()
      void this.#projectViews.farewell(project).then((view) => this.events.emit('project-changed', view))
    })
    if (this.#network !== null) listen(this.#network, 'changed', tellBoard)
    listen(this.#invites, 'changed', (invite: Parameters<typeof inviteView>[0]) =>
      this.events.emit('invite-changed', inviteView(invite))
    )
    listen(this.#history, 'changed', (record: Parameters<SessionList['view']>[0]) =>
      this.events.emit('session-changed', this.#sessions.view(record))
    )
    listen(this.#mirrors, 'changed', (projectId: ProjectId) => {
      // A project that closes meanwhile has nothing to tell.
      this.#projectViews.get(projectId).then(
        (project) => this.events.emit('project-changed', project),
        () => {}
      )
    })
  }

  protected override async _close() {
    for (const unlisten of this.#unlisten) unlisten()
  }

  #tellDevices(): void {
    const devices = this.#devices.all()
    for (const device of devices) {
      const { lastSeenAt, ...shown } = device
      const text = JSON.stringify(device.state === 'away' ? device : shown)
      if (this.#told.get(device.id) === text) continue
      this.#told.set(device.id, text)
      this.events.emit('device-changed', device)
      void lastSeenAt
    }
    const present = new Set(devices.map(({ id }) => id))
    for (const id of this.#told.keys()) if (!present.has(id)) this.#told.delete(id)
  }
}
