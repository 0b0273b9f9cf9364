import type { VersionId } from '../ids.ts'

/** What decides between versions of one document. */
export interface Version {
  readonly versionId: VersionId
  /** As `@comapeo/schema` writes it: compared as text, as phones do. */
  readonly updatedAt: string
  readonly links: readonly VersionId[]
}

/** A version that no known version links to. */
export type Head = Omit<Version, 'links'>

/** All that must be kept of the versions of one document, so that more of them may come in any order. */
export interface VersionSummary {
  /** The winner, then the forks, best first. */
  readonly heads: readonly Head[]
  /** Known and linked to by another version, sorted. */
  readonly past: readonly VersionId[]
  /** Linked to and not known yet, sorted. */
  readonly awaited: readonly VersionId[]
}

const NO_VERSIONS: VersionSummary = { heads: [], past: [], awaited: [] }

/**
 * Orders heads best first. CoMapeo peer protocol: the greater `updatedAt` text wins, ties go to the greater `versionId`
 * text.
 */
export function compareHeads(a: Head, b: Head): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt > b.updatedAt ? -1 : 1
  if (a.versionId === b.versionId) return 0
  return a.versionId > b.versionId ? -1 : 1
}

/**
 * Adds versions to what is known of a document. The result depends on the set of versions alone, not on the order in which
 * they came; a version that is known already changes nothing. CoMapeo peer protocol: a version is a head when no known
 * version of the same document links to it.
 */
export function withVersions(known: VersionSummary | null, versions: Iterable<Version>): VersionSummary {
  const { heads: knownHeads, past: knownPast, awaited: knownAwaited } = known ?? NO_VERSIONS
  const heads = new Map(knownHeads.map((head) => [head.versionId, head]))
  const past = new Set(knownPast)
  const awaited = new Set(knownAwaited)
  for (const { versionId, updatedAt, links } of versions) {
    if (heads.has(versionId) || past.has(versionId)) continue
    if (awaited.delete(versionId)) past.add(versionId)
    else heads.set(versionId, { versionId, updatedAt })
    for (const link of links) {
      if (heads.delete(link)) past.add(link)
      else if (!past.has(link)) awaited.add(link)
    }
  }
  return {
    heads: [...heads.values()].sort(compareHeads),
    past: [...past].sort(),
    awaited: [...awaited].sort()
  }
}

/** How many versions of the document are known. */
export function versionCount({ heads, past }: VersionSummary): number {
  return heads.length + past.length
}
