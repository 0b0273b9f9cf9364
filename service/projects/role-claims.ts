import type { DeviceId } from '../ids.ts'
import { hasRing } from './link-ring.ts'
import type { Role } from './role.ts'
import { isLater } from './role-document.ts'
import type { RoleDocument } from './role-document.ts'

// Whether a role document counts depends on the role of its author, which depends on other documents, and a document may
// take away what another stands on. So there is no order in which to judge them one by one. The method is the alternating
// fixpoint of the well-founded semantics of logic programs: a set of documents that count for certain grows and a set of
// those that may count shrinks, each computed from the other, until neither changes. Both grow from below, so documents
// that only support each other never come in. What is left between the two cannot be decided by anyone.

/** A role document under judgement. What counts for certain may also count. */
interface Claim extends RoleDocument {
  mayCount: boolean
  counts: boolean
}

/**
 * @param project.documents without duplicates, in any order
 * @returns for each device that an admissible document is about, the roles that it can have, at least one: exactly one, but
 * for what nobody can decide
 */
export function possibleRoles(project: {
  creatorDeviceId: DeviceId
  documents: readonly RoleDocument[]
}): Map<DeviceId, ReadonlySet<Role>> {
  const { creatorDeviceId } = project
  const byAuthor = new Map<DeviceId, Claim[]>()
  const bySubject = new Map<DeviceId, Claim[]>()
  const claims = project.documents.flatMap((document) => claimOf(document, creatorDeviceId) ?? [])
  for (const claim of claims) {
    listIn(byAuthor, claim.author).push(claim)
    listIn(bySubject, claim.subject).push(claim)
  }
  const rolesAt = (deviceId: DeviceId, index: number): ReadonlySet<Role> => {
    const inForce =
      bySubject.get(deviceId)?.filter((claim) => claim.mayCount && claim.fromIndex <= index) ?? []
    return outcomes(inForce, deviceId === creatorDeviceId ? 'creator' : 'none')
  }

  let settled = -1
  for (let certain = countCertain(claims); certain > settled; certain = countCertain(claims)) {
    settled = certain
    for (const claim of claims) claim.mayCount = claim.counts
    grow(byAuthor, (claim) => {
      if (claim.mayCount || !rolesAt(claim.author, claim.index).has('coordinator')) return false
      claim.mayCount = true
      return true
    })
    grow(byAuthor, (claim) => {
      if (claim.counts || !claim.mayCount) return false
      const roles = rolesAt(claim.author, claim.index)
      if (!roles.has('coordinator') || roles.size > 1) return false
      claim.counts = true
      return true
    })
  }
  return new Map([...bySubject.keys()].map((deviceId) => [deviceId, rolesAt(deviceId, Infinity)]))
}

/** @returns null for what nobody may say: giving out a role that cannot be given, prolonging one's own, or that another left */
function claimOf(document: RoleDocument, creatorDeviceId: DeviceId): Claim | null {
  const { author, subject, role } = document
  const isCreators = author === creatorDeviceId
  if (role === 'creator' || role === 'none') return null
  if (role === 'coordinator' && author === subject && !isCreators) return null
  if (role === 'left' && author !== subject) return null
  const counts = isCreators || role === 'left'
  return { ...document, counts, mayCount: counts }
}

/**
 * The roles that a device can have by these claims, whichever of the undecided ones are left out.
 * @param claims all of one subject
 * @param base its role when none of them counts
 */
function outcomes(claims: readonly Claim[], base: Role): ReadonlySet<Role> {
  const certain = claims.filter(({ counts }) => counts)
  const replaced = new Set(certain.flatMap(({ links }) => links))
  const contested = new Set(claims.flatMap(({ links }) => links))
  // The latest of those that stand whatever is left out: nothing that is earlier can win against it.
  const firm = certain
    .filter(({ versionId }) => !contested.has(versionId))
    .reduce<Claim | undefined>(
      (latest, claim) => (latest && isLater(latest, claim) ? latest : claim),
      undefined
    )
  const roles = new Set<Role>()
  if (certain.length === 0) roles.add(base)
  for (const claim of claims) {
    if (replaced.has(claim.versionId) || (firm && isLater(firm, claim))) continue
    roles.add(claim.role)
  }
  // Only on purpose can documents be written that replace each other in a ring, so that none stands. Those who do that are
  // entitled to block, or their claims would not be here.
  if (contested.size > 0 && hasRing(claims)) roles.add('blocked')
  return roles
}

/** Admits claims until none is left to admit. One that was refused is asked again when there is news about its author. */
function grow(byAuthor: ReadonlyMap<DeviceId, readonly Claim[]>, admit: (claim: Claim) => boolean): void {
  const due = new Set(byAuthor.keys())
  // What is added to a set while it is walked is walked too.
  for (const author of due) {
    due.delete(author)
    for (const claim of byAuthor.get(author) ?? []) {
      if (admit(claim)) due.add(claim.subject)
    }
  }
}

function countCertain(claims: readonly Claim[]): number {
  return claims.filter(({ counts }) => counts).length
}

function listIn<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
