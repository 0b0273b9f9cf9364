import { WaystationError } from '../../errors.ts'
import type { DeviceId, DiscoveryKey, ProjectId } from '../../ids.ts'
import type { Mirror } from '../../mirror/mirror.ts'
import type { Mirrors } from '../../mirror/mirrors.ts'
import type { Project } from '../../projects/project.ts'
import type { Projects } from '../../projects/projects.ts'
import type { Role as ProjectRole } from '../../projects/roles.ts'
import type { SessionHistory } from '../../sync/session-history.ts'
import type { ObservationPage, ObservationQuery, ObservationView, Variant } from '../observation-schemas.ts'
import type { MemberView, ProjectView, Role } from '../project-schemas.ts'
import type { HeldFile, ProjectService } from '../services.ts'
import type { DeviceViews } from './device-views.ts'
import { observationView } from './observation-view.ts'

const FILE_TYPES = ['photo', 'audio', 'video'] as const

/** The projects as the office sees them: what the engine knows of members, and what the mirror knows of documents. */
export class ProjectViews implements ProjectService {
  readonly #ownDeviceId: DeviceId
  readonly #projects: Projects
  readonly #mirrors: Mirrors
  readonly #devices: DeviceViews
  readonly #history: SessionHistory

  constructor(parts: {
    ownDeviceId: DeviceId
    projects: Projects
    mirrors: Mirrors
    devices: DeviceViews
    history: SessionHistory
  }) {
    this.#ownDeviceId = parts.ownDeviceId
    this.#projects = parts.projects
    this.#mirrors = parts.mirrors
    this.#devices = parts.devices
    this.#history = parts.history
  }

  async list(): Promise<ProjectView[]> {
    return Promise.all(this.#projects.all().map((project) => this.#view(project)))
  }

  async get(projectId: ProjectId): Promise<ProjectView> {
    return this.#view(this.#projects.get(projectId))
  }

  /** What is told of a project that the hub has just left: its role there is that, and nothing can be read any more. */
  async farewell(project: Project): Promise<ProjectView> {
    return this.#view(project)
  }

  async members(projectId: ProjectId): Promise<MemberView[]> {
    const project = this.#projects.get(projectId)
    const names = await this.#mirrors.find(projectId)?.deviceNames()
    const completions = new Map<string, string>()
    for (const { deviceId, complete, endedAt, ...record } of this.#history.list()) {
      if (!complete || record.projectId !== projectId || completions.has(deviceId)) continue
      completions.set(deviceId, endedAt ?? record.startedAt)
    }
    const others = project.members.proven().filter((deviceId) => deviceId !== this.#ownDeviceId)
    return others.map((deviceId) => {
      const view = this.#devices.ofMember(deviceId, project)
      return {
        ...view,
        name: names?.get(deviceId) ?? view.name,
        role: roleView(project.members.roleOf(deviceId)),
        lastCompleteAt: completions.get(deviceId) ?? null
      }
    })
  }

  async observations(projectId: ProjectId, query: ObservationQuery): Promise<ObservationPage> {
    const mirror = this.#mirrorOf(projectId)
    const { items, nextCursor } = await mirror.observations(query)
    const observations = await Promise.all(items.map((item) => observationView(mirror, item)))
    return { observations, nextCursor }
  }

  async observation(projectId: ProjectId, docId: string): Promise<ObservationView> {
    const mirror = this.#mirrorOf(projectId)
    const observation = await mirror.document('observation', docId)
    if (observation === null) throw new WaystationError('DOCUMENT_NOT_FOUND')
    return observationView(mirror, observation)
  }

  async file(
    projectId: ProjectId,
    { driveId, variant, name }: { driveId: DiscoveryKey; variant: Variant; name: string }
  ): Promise<HeldFile> {
    const mirror = this.#mirrorOf(projectId)
    // The address of a file does not say what it is. Names are random, so that only one of these can be held.
    for (const type of FILE_TYPES) {
      const photo = await mirror.photo({ driveId, type, variant, name })
      if (photo.state === 'held') return photo
    }
    throw new WaystationError('PHOTO_NOT_HELD')
  }

  async rebuildMirror(projectId: ProjectId): Promise<void> {
    this.#mirrorOf(projectId)
    await this.#mirrors.rebuild(projectId)
  }

  /** @throws PROJECT_NOT_FOUND, MIRROR_CLOSED */
  #mirrorOf(projectId: ProjectId): Mirror {
    this.#projects.get(projectId)
    const mirror = this.#mirrors.find(projectId)
    if (mirror !== undefined) return mirror
    throw new WaystationError('MIRROR_CLOSED')
  }

  async #view(project: Project): Promise<ProjectView> {
    const mirror = this.#mirrors.find(project.id)
    const [counts, photos, settings] = await Promise.all([
      mirror?.counts() ?? null,
      mirror?.photosHeld() ?? null,
      mirror?.projectSettings() ?? null
    ])
    return {
      id: project.id,
      name: settings?.name ?? project.secrets?.name ?? null,
      description: settings?.projectDescription ?? project.secrets?.description ?? null,
      color: settings?.projectColor ?? project.secrets?.color ?? null,
      role: roleView(project.ownRole),
      joinedAt: new Date(project.keys.joinedAt).toISOString(),
      members: project.members.proven().filter((deviceId) => project.members.isActive(deviceId)).length,
      observations: counts?.observation.current ?? null,
      tracks: counts?.track.current ?? null,
      photos: photos && { known: photos.known, held: photos.variants.original.held },
      mirror: mirror === undefined ? 'closed' : mirror.isCurrent ? 'current' : 'catching-up'
    }
  }
}

/** What the core calls a member the app calls a participant. */
export function roleView(role: ProjectRole): Role {
  return role === 'member' ? 'participant' : role
}
