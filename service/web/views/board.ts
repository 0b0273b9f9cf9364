import type { Clock } from '../../clock.ts'
import type { DeviceId } from '../../ids.ts'
import type { Mirrors } from '../../mirror/mirrors.ts'
import type { Projects } from '../../projects/projects.ts'
import type { Store } from '../../storage/store.ts'
import type { Sync } from '../../sync/sync.ts'
import { hasCardFailed } from '../../system/card-failure.ts'
import type { DiskWatch } from '../../system/disk-watch.ts'
import type { WriteLight } from '../../system/write-light.ts'
import type { Warnings } from '../../system/warnings.ts'
import { VERSION } from '../../version.ts'
import type { BoardService, NetworkService } from '../services.ts'
import type { BoardView, ProjectSummary } from '../status-schemas.ts'
import type { DeviceViews } from './device-views.ts'
import { progressOf, stateOf } from './flow.ts'

/** What everybody on the Wi-Fi may see of the hub. */
export class Board implements BoardService {
  readonly #hub: {
    name: () => string
    language: () => string
    deviceId: DeviceId
    startedAt: string
    syncPort: number
  }
  readonly #devices: DeviceViews
  readonly #projects: Projects
  readonly #sync: Sync
  readonly #mirrors: Mirrors
  readonly #store: Pick<Store, 'failed'>
  readonly #disk: DiskWatch
  readonly #writeLight: WriteLight
  readonly #warnings: Warnings
  readonly #network: NetworkService
  readonly #clock: Clock

  constructor(parts: {
    hub: {
      name: () => string
      language: () => string
      deviceId: DeviceId
      startedAt: string
      syncPort: number
    }
    devices: DeviceViews
    projects: Projects
    sync: Sync
    mirrors: Mirrors
    store: Pick<Store, 'failed'>
    disk: DiskWatch
    writeLight: WriteLight
    warnings: Warnings
    network: NetworkService
    clock: Clock
  }) {
    this.#hub = parts.hub
    this.#devices = parts.devices
    this.#projects = parts.projects
    this.#sync = parts.sync
    this.#mirrors = parts.mirrors
    this.#store = parts.store
    this.#writeLight = parts.writeLight
    this.#disk = parts.disk
    this.#writeLight = parts.writeLight
    this.#warnings = parts.warnings
    this.#network = parts.network
    this.#clock = parts.clock
  }

  async board(): Promise<BoardView> {
    const { deviceId, startedAt, syncPort } = this.#hub
    const name = this.#hub.name()
    return {
      hub: {
        name,
        deviceId,
        version: VERSION,
        startedAt,
        clock: new Date(this.#clock.now()).toISOString(),
        language: this.#hub.language()
      },
      sync: { name, port: syncPort },
      network: this.#network.board(),
      projects: this.#projects.all().length,
      projectNames: null,
      devices: this.#devices.all(),
      storage: {
        ...this.#disk.space,
        ...(hasCardFailed({ store: this.#store, disk: this.#disk }) ? { state: 'failed' as const } : {}),
        writing: this.#writeLight.isOn
      },
      warnings: [...this.#warnings.all()]
    }
  }

  async projectNames(): Promise<string[]> {
    const names = this.#projects.all().map(async ({ id, secrets }) => {
      const settings = await this.#mirrors.find(id)?.projectSettings()
      return settings?.name ?? secrets?.name ?? null
    })
    return (await Promise.all(names)).filter((name) => name !== null)
  }

  async projectSummaries(): Promise<ProjectSummary[]> {
    return Promise.all(
      this.#projects.all().map(async (project) => {
        const mirror = this.#mirrors.find(project.id)
        const [counts, photos, settings] = await Promise.all([
          mirror?.counts() ?? null,
          mirror?.photosHeld() ?? null,
          mirror?.projectSettings() ?? null
        ])
        const sessions = this.#sync.sessions().filter((session) => session.project === project)
        return {
          id: project.id,
          name: settings?.name ?? project.secrets?.name ?? null,
          members: project.members.proven().filter((deviceId) => project.members.isActive(deviceId)).length,
          observations: counts?.observation.current ?? null,
          photos: photos && { known: photos.known, held: photos.variants.original.held },
          devices: sessions.map((session) => ({
            id: session.peer.deviceId,
            state: stateOf([session]),
            progress: progressOf([session])
          }))
        }
      })
    )
  }
}
