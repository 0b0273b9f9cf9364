import { WaystationError } from '../errors.ts'
import type { ProjectId } from '../ids.ts'
import type { Projects } from '../projects/projects.ts'
import { Resource } from '../resource.ts'
import type { Sealing, SealState } from '../sealing/sealing.ts'
import type { Deliveries } from '../sync/deliveries.ts'
import { onlyCopies, type OnlyCopies } from './only-copies.ts'

/** Leaves projects: weighs what would be lost, and lets go of a project in every part that holds something of it. */
export class Leaving extends Resource {
  readonly #projects: Projects
  readonly #sealing: Sealing
  readonly #deliveries: Deliveries
  readonly #onSealing = ({ locked }: SealState) => {
    if (!locked) void this.#forgetDeparted()
  }

  constructor(parts: { projects: Projects; sealing: Sealing; deliveries: Deliveries }) {
    super()
    this.#projects = parts.projects
    this.#sealing = parts.sealing
    this.#deliveries = parts.deliveries
  }

  /**
   * What would be lost if the hub left a project now.
   * @throws NOT_SERVING right after the hub was unlocked
   * @throws what `Projects.assertMayLeave` throws, where it would not leave
   */
  outlook(id: ProjectId): OnlyCopies {
    this.#projects.assertMayLeave(id)
    const project = this.#projects.get(id)
    const own = this.#deliveries.own(project)
    if ([...own.holdings.values()].some(({ photos }) => photos === null))
      throw new WaystationError('NOT_SERVING', 'The photos that the hub holds are still being counted')
    const staying = this.#deliveries
      .columns(project)
      .filter(({ deviceId }) => project.members.isActive(deviceId))
    return onlyCopies(own, staying)
  }

  /**
   * Leaves a project. When it resolves, its members are being told, and what the hub held of it is deleted.
   * @param losing how much may be lost
   * @throws ONLY_COPIES when more would be lost than that
   * @throws what `Projects.assertMayLeave` throws
   */
  async leave(id: ProjectId, losing: OnlyCopies): Promise<void> {
    const { documents, photos } = this.outlook(id)
    if (documents > losing.documents || photos > losing.photos) {
      throw new WaystationError(
        'ONLY_COPIES',
        `${documents} documents and ${photos} photos are not known to be anywhere but here`
      )
    }
    await this.#sealing.closeMirror(this.#projects.get(id), (mirrorKey) =>
      this.#projects.leave(id, mirrorKey)
    )
    await this.#deliveries.forget(id)
  }

  protected override async _open() {
    this.#sealing.on('changed', this.#onSealing)
    if (!this.#sealing.state.locked) await this.#forgetDeparted()
  }

  protected override async _close() {
    this.#sealing.off('changed', this.#onSealing)
  }

  /** What was left in the ledger when a departure was interrupted. */
  async #forgetDeparted(): Promise<void> {
    for (const { id, isDeparted } of this.#projects.known()) if (isDeparted) await this.#deliveries.forget(id)
  }
}
