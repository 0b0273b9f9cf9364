import { WaystationError } from '../../errors.ts'
import type { ProjectId } from '../../ids.ts'
import type { Leaving } from '../../leaving/leaving.ts'
import type { OnlyCopies } from '../../leaving/only-copies.ts'
import type { LeavingView } from '../leaving-schemas.ts'
import type { LeavingService, ProjectService } from '../services.ts'

/** Where the office leaves projects. */
export class LeavingDesk implements LeavingService {
  readonly #leaving: Leaving
  readonly #projects: Pick<ProjectService, 'get'>

  constructor(parts: { leaving: Leaving; projects: Pick<ProjectService, 'get'> }) {
    this.#leaving = parts.leaving
    this.#projects = parts.projects
  }

  async outlook(projectId: ProjectId): Promise<LeavingView> {
    const onlyHere = this.#leaving.outlook(projectId)
    const { name } = await this.#projects.get(projectId)
    // It is an unlocked hub that may leave: it knows what its projects are called.
    return { name: name ?? '', onlyHere }
  }

  async leave(
    projectId: ProjectId,
    { confirmation, losing }: { confirmation: string; losing: OnlyCopies }
  ): Promise<void> {
    const { name } = await this.outlook(projectId)
    if (confirmation !== name) throw new WaystationError('CONFIRMATION_WRONG')
    await this.#leaving.leave(projectId, losing)
  }
}
