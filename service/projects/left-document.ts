import type { DeviceId } from '../ids.ts'
import { encodeDocument, type DocumentOfKind } from '../wire/documents.ts'
import type { RoleRecord } from './role-document.ts'
import { ROLE_IDS } from './role.ts'

/**
 * What a device writes into its own auth core when it leaves (CoMapeo peer protocol, leaving).
 * @param parts.replacing the documents about its role that stand until then
 * @param parts.former one of them, when it can be read
 * @param parts.fromIndex how long its auth core is
 * @param parts.now milliseconds since 1970
 */
export function leftDocument(parts: {
  deviceId: DeviceId
  replacing: readonly Pick<RoleRecord, 'versionId' | 'updatedAt'>[]
  former: DocumentOfKind<'role'> | null
  fromIndex: number
  now: number
}): Buffer {
  const { deviceId, replacing, former, fromIndex, now } = parts
  // It must not look older than what it replaces, whatever the clock of the hub says.
  const latest = Math.max(0, ...replacing.map(({ updatedAt }) => Date.parse(updatedAt)))
  const updatedAt = new Date(Math.max(now, latest + 1)).toISOString()
  const content = {
    schemaName: 'role' as const,
    docId: deviceId,
    updatedAt,
    deleted: false,
    roleId: ROLE_IDS.left,
    fromIndex
  }
  if (former === null) return encodeDocument({ ...content, createdAt: updatedAt, links: [] })
  const { createdAt, originalVersionId } = former
  const links = replacing.map(({ versionId }) => versionId)
  return encodeDocument({ ...content, createdAt, originalVersionId, links })
}
