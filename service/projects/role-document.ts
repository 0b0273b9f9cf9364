import { isHexKey } from '../ids.ts'
import type { DeviceId, VersionId } from '../ids.ts'
import type { DocumentOfKind } from '../wire/documents.ts'

/** One role document, with what follows from the place of its block. */
export interface RoleDocument {
  versionId: VersionId
  /** Owner of the auth core that it lies in. */
  author: DeviceId
  /** Of its block in that core. */
  index: number
  /** The device whose role it sets. */
  subject: DeviceId
  roleId: string
  /** Judges the blocks of the subject's auth core from this index on. */
  fromIndex: number
  /** The versions that it replaces. */
  links: readonly string[]
  /** ISO 8601, by the author's clock. */
  updatedAt: string
}

/** @returns null when the document is not about a device */
export function roleDocumentOf(document: DocumentOfKind<'role'>, author: DeviceId): RoleDocument | null {
  const { docId, versionId, roleId, fromIndex, links, updatedAt } = document
  if (!isHexKey(docId)) return null
  return {
    versionId: versionId as VersionId,
    author,
    index: Number(versionId.slice(versionId.indexOf('/') + 1)),
    subject: docId as DeviceId,
    roleId,
    fromIndex,
    links,
    updatedAt
  }
}

/** The rule by which phones choose among edits that do not know of each other. */
export function isLater(a: RoleDocument, b: RoleDocument): boolean {
  return a.updatedAt !== b.updatedAt ? a.updatedAt > b.updatedAt : a.versionId > b.versionId
}
