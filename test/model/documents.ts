import type { PhoneDocument } from '../phones/commands.ts'

/** A document as devices tell of it: its winner, and the versions that lost against it and were not merged. */
export interface Shown {
  docId: string
  versionId: string
  forks: string[]
  deleted: boolean
}

/**
 * What everybody who holds these versions must show, by the rule of the phones: of the versions that no other replaces, the one
 * that was made last, ties by the greater ID.
 */
export function shownOf(versions: readonly PhoneDocument[]): Shown[] {
  const replaced = new Set(versions.flatMap(({ links }) => links))
  const heads = new Map<string, PhoneDocument[]>()
  for (const version of versions) {
    if (!replaced.has(version.versionId)) {
      heads.set(version.docId, [...(heads.get(version.docId) ?? []), version])
    }
  }
  return sorted(
    [...heads].flatMap(([docId, ofDocument]) => {
      const [winner, ...forks] = ofDocument.sort(bestFirst)
      if (winner === undefined) return []
      const { versionId, deleted } = winner
      return { docId, versionId, deleted, forks: forks.map((fork) => fork.versionId) }
    })
  )
}

/** In an order, and with no more than what {@link shownOf} tells. */
export function sorted(documents: readonly Shown[]): Shown[] {
  return documents
    .map(({ docId, versionId, forks, deleted }) => ({ docId, versionId, deleted, forks: [...forks].sort() }))
    .sort((a, b) => (a.docId < b.docId ? -1 : 1))
}

/**
 * Without the forks: those that phones tell depend on the order in which versions came, and a phone that was killed lists what
 * it indexed a second time as a fork of itself.
 */
export function winnersOf(documents: readonly Shown[]): Omit<Shown, 'forks'>[] {
  return sorted(documents).map(({ docId, versionId, deleted }) => ({ docId, versionId, deleted }))
}

function bestFirst(a: PhoneDocument, b: PhoneDocument): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt > b.updatedAt ? -1 : 1
  return a.versionId > b.versionId ? -1 : 1
}
