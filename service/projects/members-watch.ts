import { Resource } from '../resource.ts'
import type { Project } from './project.ts'

/** What it looks at of a project. */
export type CountedProject = Pick<Project, 'on' | 'off'> & { readonly members: { readonly isFull: boolean } }

interface CountedProjects {
  all(): readonly CountedProject[]
  on(event: 'joined', listener: (project: CountedProject) => void): unknown
  off(event: 'joined', listener: (project: CountedProject) => void): unknown
}

/** Where people are told. */
interface Notices {
  raise(code: 'members-full'): void
  clear(code: 'members-full'): void
}

/** Says when a project has as many members as it may, and when none has any more. */
export class MembersWatch extends Resource {
  readonly #projects: CountedProjects
  readonly #notices: Notices
  readonly #watched = new Set<CountedProject>()
  readonly #onJoined = (project: CountedProject) => this.#watch(project)
  readonly #onChanged = () => this.#look()

  constructor(parts: { projects: CountedProjects; notices: Notices }) {
    super()
    this.#projects = parts.projects
    this.#notices = parts.notices
  }

  protected override async _open() {
    this.#projects.on('joined', this.#onJoined)
    for (const project of this.#projects.all()) this.#watch(project)
  }

  protected override async _close() {
    this.#projects.off('joined', this.#onJoined)
    for (const project of this.#watched) project.off('members-changed', this.#onChanged)
  }

  #watch(project: CountedProject): void {
    if (this.#watched.has(project)) return this.#look() // left, and joined again
    this.#watched.add(project)
    project.on('members-changed', this.#onChanged)
    this.#look()
  }

  #look(): void {
    if (this.#projects.all().some(({ members }) => members.isFull)) this.#notices.raise('members-full')
    else this.#notices.clear('members-full')
  }
}
