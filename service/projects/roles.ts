import type { DeviceId } from '../ids.ts'
import { stricterRole } from './role.ts'
import type { Role } from './role.ts'
import { possibleRoles } from './role-claims.ts'
import { isLater } from './role-document.ts'
import type { RoleDocument } from './role-document.ts'

export { stricterRole } from './role.ts'
export type { Role } from './role.ts'
export { roleRecordOf } from './role-document.ts'
export type { RoleDocument } from './role-document.ts'

export interface ResolvedRole {
  /** By documents whose authors were entitled to write them. */
  role: Role
  /** By all documents, as phones resolve it: they do not ask who wrote one. */
  plainRole: Role
}

/**
 * Resolves the roles of all devices of a project. The result depends on the set of documents only, not on their order.
 *
 * A document counts when its author is the creator, or was coordinator for the index of its block, or says of itself that it
 * left. Nobody gives out `creator` or `none`, and nobody prolongs their own time as coordinator. Where documents of
 * coordinators take the right to write from each other, neither can be said to have come first: each device whose role
 * hangs on that has the strictest role that it could have, so two who block each other are both blocked.
 *
 * @returns every device that a document is about, and the creator; any other device has the role `none`
 */
export function resolveRoles(project: {
  creatorDeviceId: DeviceId
  documents: Iterable<RoleDocument>
}): Map<DeviceId, ResolvedRole> {
  const { creatorDeviceId } = project
  const documents = [
    ...new Map([...project.documents].map((document) => [document.versionId, document])).values()
  ]
  const possible = possibleRoles({ creatorDeviceId, documents })
  const resolved = new Map<DeviceId, ResolvedRole>()
  for (const [deviceId, plainRole] of plainRoles({ creatorDeviceId, documents })) {
    const base = deviceId === creatorDeviceId ? 'creator' : 'none'
    const role = [...(possible.get(deviceId) ?? [base])].reduce(stricterRole)
    resolved.set(deviceId, { role, plainRole })
  }
  return resolved
}

/**
 * Roles as phones resolve them: of the documents about a device that no other document replaces, the one written last,
 * whoever wrote it (CoMapeo peer protocol: `getRole`).
 */
export function plainRoles(project: {
  creatorDeviceId: DeviceId
  documents: readonly RoleDocument[]
}): Map<DeviceId, Role> {
  const replaced = new Set(project.documents.flatMap(({ links }) => links))
  const winners = new Map<DeviceId, RoleDocument>()
  for (const document of project.documents) {
    const rival = winners.get(document.subject)
    if (!rival || wins(document, rival, replaced)) winners.set(document.subject, document)
  }
  const roles = new Map<DeviceId, Role>([[project.creatorDeviceId, 'creator']])
  for (const [deviceId, { role }] of winners) roles.set(deviceId, role)
  return roles
}

/** Documents that replace each other in a ring are all replaced: then the last of them, one of those that phones may show. */
function wins(document: RoleDocument, rival: RoleDocument, replaced: ReadonlySet<string>): boolean {
  const isReplaced = replaced.has(document.versionId)
  if (isReplaced !== replaced.has(rival.versionId)) return !isReplaced
  return isLater(document, rival)
}
