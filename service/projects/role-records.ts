import type { CoreKey } from '../ids.ts'
import type { DocumentOfKind } from '../wire/documents.ts'
import { MAX_AUTH_CORES } from '../wire/project-extension.ts'
import { roleRecordOf, type RoleRecord } from './role-document.ts'

/**
 * Role documents that are kept of one project, and the links in them: ten for each member that it may have. The creator has as many
 * again, so that nobody can crowd out whoever made the project.
 */
export const MAX_ROLE_RECORDS = 10 * MAX_AUTH_CORES

interface Shelf {
  /** By the place of their blocks. */
  readonly records: RoleRecord[]
  weight: number
  /** Of blocks from this one on nothing is kept any more. */
  end: number
}

const weightOf = ({ links }: RoleRecord) => 1 + links.length

/**
 * The role documents of every auth core of a project. Who may write roles could write millions: when it gets too much, whoever wrote
 * most loses the last of it. So an author always counts with the first that they wrote, whatever came in which order, and who
 * wrote little loses nothing.
 */
export class RoleRecords {
  readonly #creatorKey: CoreKey
  readonly #shelves = new Map<CoreKey, Shelf>()

  constructor(creatorKey: CoreKey) {
    this.#creatorKey = creatorKey
  }

  /** @returns whether any of them is kept */
  add(core: CoreKey, documents: readonly DocumentOfKind<'role'>[]): boolean {
    const shelf = this.#shelves.get(core) ?? { records: [], weight: 0, end: Infinity }
    const added = documents
      .flatMap((document) => roleRecordOf(document) ?? [])
      .filter(({ index }) => index < shelf.end)
    if (added.length === 0) return false
    this.#shelves.set(core, shelf)
    shelf.records.push(...added)
    shelf.records.sort((a, b) => a.index - b.index)
    for (const record of added) shelf.weight += weightOf(record)
    if (core === this.#creatorKey) shorten(shelf, MAX_ROLE_RECORDS)
    else this.#shortenMost()
    return true
  }

  byCore(): Iterable<[core: CoreKey, records: readonly RoleRecord[]]> {
    return [...this.#shelves].map(([core, { records }]) => [core, records])
  }

  #shortenMost(): void {
    const shelves = [...this.#shelves].filter(([core]) => core !== this.#creatorKey).map(([, shelf]) => shelf)
    let total = shelves.reduce((sum, { weight }) => sum + weight, 0)
    while (total > MAX_ROLE_RECORDS) {
      const most = shelves.reduce((a, b) => (b.weight > a.weight ? b : a))
      total -= most.weight
      shorten(most, most.weight - 1)
      total += most.weight
    }
  }
}

/** Takes the last records away until no more than so much is left. */
function shorten(shelf: Shelf, mostWeight: number): void {
  while (shelf.weight > mostWeight) {
    const last = shelf.records.pop()
    if (last === undefined) return
    shelf.weight -= weightOf(last)
    shelf.end = last.index
  }
}
