/** A version of a document and the versions that it replaces. */
interface Linked {
  readonly versionId: string
  readonly links: readonly string[]
}

/** @returns whether some of these versions replace each other in a ring, which no honest author can write */
export function hasRing(versions: readonly Linked[]): boolean {
  const byId = new Map(versions.map((version) => [version.versionId, version]))
  const replacedBy = new Map<string, number>()
  for (const { links } of versions) {
    for (const link of new Set(links)) replacedBy.set(link, (replacedBy.get(link) ?? 0) + 1)
  }
  // Versions that nothing replaces are taken away, and then those that nothing replaces any more. A ring is what stays.
  const heads = versions.filter(({ versionId }) => !replacedBy.has(versionId))
  let taken = 0
  for (let head = heads.pop(); head; head = heads.pop()) {
    taken++
    for (const link of new Set(head.links)) {
      const left = (replacedBy.get(link) ?? 0) - 1
      replacedBy.set(link, left)
      const linked = byId.get(link)
      if (left === 0 && linked) heads.push(linked)
    }
  }
  return taken < byId.size
}
