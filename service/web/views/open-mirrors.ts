import { WaystationError } from '../../errors.ts'
import type { ProjectId } from '../../ids.ts'
import type { Mirror } from '../../mirror/mirror.ts'
import type { Mirrors } from '../../mirror/mirrors.ts'
import type { Projects } from '../../projects/projects.ts'

/** The mirrors that can be read, told apart from projects that there are none of. */
export class OpenMirrors {
  readonly #projects: Pick<Projects, 'get'>
  readonly #mirrors: Pick<Mirrors, 'find'>

  constructor(parts: { projects: Pick<Projects, 'get'>; mirrors: Pick<Mirrors, 'find'> }) {
    this.#projects = parts.projects
    this.#mirrors = parts.mirrors
  }

  /** @throws PROJECT_NOT_FOUND; MIRROR_CLOSED while what people collected cannot be read */
  of(projectId: ProjectId): Mirror {
    this.#projects.get(projectId)
    const mirror = this.#mirrors.find(projectId)
    if (mirror === undefined) throw new WaystationError('MIRROR_CLOSED')
    return mirror
  }
}
