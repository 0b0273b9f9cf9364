import type { DeviceId, ProjectId } from '../../ids.ts'
import type { Project } from '../../projects/project.ts'
import type { Projects } from '../../projects/projects.ts'
import type { Column, Deliveries } from '../../sync/deliveries.ts'
import type { DeliveryAuthor, DeliveryCell, DeliveryHolder, DeliveryView } from '../delivery-schemas.ts'
import type { DeliveryService } from '../services.ts'
import { roleView, type ProjectViews } from './project-views.ts'

type Name = Pick<DeliveryHolder, 'id' | 'name' | 'role'>
/** A member with what it holds; null when nothing of it is known. */
interface Holder {
  readonly member: Name & { isHub: boolean }
  readonly column: Pick<Column, 'holdings' | 'photosWanted'> | null
  readonly told: Column | null
}

/** The delivery matrix of a project, as the office sees it. */
export class DeliveryMatrix implements DeliveryService {
  readonly #hub: { name: () => string; deviceId: DeviceId }
  readonly #projects: Projects
  readonly #deliveries: Deliveries
  readonly #projectViews: ProjectViews

  constructor(parts: {
    hub: { name: () => string; deviceId: DeviceId }
    projects: Projects
    deliveries: Deliveries
    projectViews: ProjectViews
  }) {
    this.#hub = parts.hub
    this.#projects = parts.projects
    this.#deliveries = parts.deliveries
    this.#projectViews = parts.projectViews
  }

  async of(projectId: ProjectId): Promise<DeliveryView> {
    const project = this.#projects.get(projectId)
    const members: Name[] = await this.#projectViews.members(projectId)
    const holders = this.#holders(project, members)
    const authors = members
      .map((author) => authorRow(project, author, holders))
      .filter(({ documents, photos, id }) => documents > 0 || photos !== 0 || project.members.isActive(id))
    const shown = holders.map((holder, at) => shownHolder(holder, at, authors))
    return {
      everyoneHasEverything: shown.length > 1 && shown.every(({ hasEverything }) => hasEverything),
      holders: shown,
      authors
    }
  }

  /** The hub first, then everyone who takes part. */
  #holders(project: Project, members: readonly Name[]): Holder[] {
    const columns = new Map(this.#deliveries.columns(project).map((column) => [column.deviceId, column]))
    const { deviceId: id } = this.#hub
    const name = this.#hub.name()
    const role = roleView(project.ownRole)
    const hub = { member: { id, name, role, isHub: true }, column: this.#deliveries.own(project), told: null }
    const others = members
      .filter((member) => project.members.isActive(member.id))
      .map(({ id, name, role }) => {
        const told = columns.get(id) ?? null
        return { member: { id, name, role, isHub: false }, column: told, told }
      })
    return [hub, ...others]
  }
}

function authorRow(project: Project, { id, name }: Name, holders: readonly Holder[]): DeliveryAuthor {
  const held = holders.map(({ column }) => column && cell(id, column))
  const known = project.cores.of(id, 'data')?.core.length ?? 0
  return {
    id,
    name,
    // A phone that was here and went may hold more of its own than the hub has been given.
    documents: Math.max(known, ...held.map((cell) => cell?.documents ?? 0)),
    photos: holders[0]?.column?.photosWanted(id) ?? null,
    held
  }
}

function cell(author: DeviceId, { holdings, photosWanted }: NonNullable<Holder['column']>): DeliveryCell {
  const held = holdings.get(author)
  const wanted = photosWanted(author)
  return {
    documents: held?.documents ?? 0,
    photos: wanted === null || held?.photos === null ? null : Math.min(held?.photos ?? 0, wanted),
    photosWanted: wanted
  }
}

function shownHolder(
  { member, column, told }: Holder,
  at: number,
  authors: readonly DeliveryAuthor[]
): DeliveryHolder {
  const lacksNothing = authors.every(({ documents, held }) => {
    const cell = held[at]
    return (
      cell != null && cell.documents >= documents && cell.photos !== null && cell.photos === cell.photosWanted
    )
  })
  return {
    ...member,
    known: column === null ? 'never' : told === null || told.asOf === null ? 'now' : 'then',
    asOf: told?.asOf ?? null,
    takesEverything: told?.takesEverything ?? true,
    // Counts do not tell of cores that the hub has not heard of; the exchange itself does.
    hasEverything: lacksNothing && (told === null ? member.isHub : told.complete)
  }
}
