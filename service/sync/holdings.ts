import type { DeviceId } from '../ids.ts'
import type { ProjectCore } from '../projects/project-cores.ts'
import type { Project } from '../projects/project.ts'
import type { BlobFile } from './blob-catalog.ts'
import type { BlockSet } from './block-set.ts'
import type { Catalogs } from './core-gaps.ts'

/** How much one device holds of what another one wrote. */
export interface Holding {
  /** Versions of observations and tracks: blocks of the author's `data` core. */
  readonly documents: number
  /** Photos of which every size that the device wants is there. Null while the hub cannot read which blocks are photos. */
  readonly photos: number | null
}

/** What one device holds, by author. */
export type Holdings = ReadonlyMap<DeviceId, Holding>

/** How a device is judged: by what it has, and for photos by what it wants. */
export interface Holder {
  /** What it holds of a core; undefined while that is not known. */
  blocksOf(core: ProjectCore): BlockSet | undefined
  wants: (file: BlobFile) => boolean
}

/** Counts what a holder has of each author's documents and photos. */
export function holdingsOf(project: Project, catalogs: Catalogs, holder: Holder): Holdings {
  const holdings = new Map<DeviceId, Holding>()
  for (const author of project.members.proven()) {
    const data = project.cores.of(author, 'data')
    const blob = project.cores.of(author, 'blob')
    holdings.set(author, {
      documents: (data && holder.blocksOf(data)?.size) ?? 0,
      photos: blob === undefined ? 0 : photosHeld(blob, catalogs, holder)
    })
  }
  return holdings
}

/** @returns how many photos of a blob core a device wants; null while the hub cannot read which blocks are photos */
export function photosWanted(blob: ProjectCore, catalogs: Catalogs, wants: Holder['wants']): number | null {
  const catalog = catalogs.of(blob)
  if (catalog === undefined) return blob.core.length === 0 ? 0 : null
  return namesOf(catalog.files.filter(wants)).size
}

function photosHeld(blob: ProjectCore, catalogs: Catalogs, holder: Holder): number | null {
  const wanted = photosWanted(blob, catalogs, holder.wants)
  const catalog = catalogs.of(blob)
  if (wanted === null || catalog === undefined) return wanted
  const held = holder.blocksOf(blob)
  const lacking = catalog.files.filter((file) => holder.wants(file) && held?.covers(file.run) !== true)
  return wanted - namesOf(lacking).size
}

/** Three sizes of one picture have one name: to people it is one photo. */
function namesOf(files: readonly BlobFile[]): Set<string> {
  return new Set(files.map(({ name }) => name))
}
