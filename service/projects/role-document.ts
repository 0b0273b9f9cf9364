import { isHexKey } from '../ids.ts'
import type { DeviceId, VersionId } from '../ids.ts'
import type { DocumentOfKind } from '../wire/documents.ts'
import { roleOfId, type Role } from './role.ts'

/** No version id is longer: 64 hex characters, a slash and a number. Others name nothing. */
const MAX_VERSION_ID_CHARACTERS = 64 + 1 + 16

/** What one role document says, with what follows from the place of its block. */
export interface RoleRecord {
  versionId: VersionId
  /** Of its block in that core. */
  index: number
  /** The device whose role it sets. */
  subject: DeviceId
  role: Role
  /** Judges the blocks of the subject's auth core from this index on. */
  fromIndex: number
  /** The versions that it replaces. */
  links: readonly string[]
  /** ISO 8601, by the author's clock. */
  updatedAt: string
}

export interface RoleDocument extends RoleRecord {
  /** Owner of the auth core that it lies in. */
  author: DeviceId
}

/** @returns null when the document is not about a device */
export function roleRecordOf(document: DocumentOfKind<'role'>): RoleRecord | null {
  const { docId, versionId, roleId, fromIndex, links, updatedAt } = document
  if (!isHexKey(docId)) return null
  return {
    versionId: versionId as VersionId,
    index: Number(versionId.slice(versionId.indexOf('/') + 1)),
    subject: docId as DeviceId,
    role: roleOfId(roleId),
    fromIndex,
    links: links.filter((link) => link.length <= MAX_VERSION_ID_CHARACTERS),
    updatedAt
  }
}

/** The rule by which phones choose among edits that do not know of each other. */
export function isLater(a: RoleDocument, b: RoleDocument): boolean {
  return a.updatedAt !== b.updatedAt ? a.updatedAt > b.updatedAt : a.versionId > b.versionId
}
