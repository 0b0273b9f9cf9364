import type { DocumentKind, DocumentOfKind } from '../wire/documents.ts'
import type { DeviceId, VersionId } from '../ids.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { historyKey } from './layout.ts'
import {
  DELETED,
  documentIndex,
  documentKey,
  DOCUMENT_KEY_BYTES,
  flagsOf,
  HAS_HISTORY,
  kindBytes,
  NO_WINNER,
  winnerOf
} from './records.ts'
import type { Snapshot } from './snapshot.ts'
import { refOfVersionId, tagOf } from './version-ref.ts'
import type { VersionSummary } from './winner.ts'

/** What the mirror adds to a document. */
export interface Derived {
  /** Versions that lost against this one and were not merged, best first. */
  readonly forks: readonly VersionId[]
  /** Owner of the core that holds the first version; null while nobody has proved to own it. */
  readonly createdBy: DeviceId | null
  /** Owner of the core that holds this version. */
  readonly updatedBy: DeviceId | null
}

export type MirrorDocument<Kind extends DocumentKind = DocumentKind> = DocumentOfKind<Kind> & Derived

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Asks for what follows; null at the end. */
  readonly nextCursor: string | null
}

/** @returns the winner, deleted or not; null when there is no such document */
export async function currentDocument<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  docId: string
): Promise<MirrorDocument<Kind> | null> {
  if (!isDocId(docId)) return null
  const record = await documentIndex.get(snapshot.bee, documentKey(kind, docId))
  return record === null ? null : documentOf(snapshot, kind, record)
}

/** Documents of one kind that are not deleted, in the order of their ids. */
export async function listDocuments<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  { limit, cursor }: { limit: number; cursor?: string }
): Promise<Page<MirrorDocument<Kind>>> {
  const range = kindBytes(kind)
  const gte = cursor === undefined ? range : decodeCursor(cursor, DOCUMENT_KEY_BYTES)
  const items: MirrorDocument<Kind>[] = []
  for await (const record of documentIndex.read(snapshot.bee, {
    gte,
    lt: Buffer.from([(range[0] as number) + 1])
  })) {
    if ((flagsOf(record) & DELETED) !== 0) continue
    if (items.length === limit)
      return { items, nextCursor: encodeCursor(record.subarray(0, DOCUMENT_KEY_BYTES)) }
    const document = await documentOf(snapshot, kind, record)
    if (document !== null) items.push(document)
  }
  return { items, nextCursor: null }
}

/** All documents of one kind, one at a time, in the order of their ids; the deleted ones are among them. */
export async function* allDocuments<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind
): AsyncGenerator<MirrorDocument<Kind>> {
  const range = kindBytes(kind)
  const lt = Buffer.from([(range[0] as number) + 1])
  for await (const record of documentIndex.read(snapshot.bee, { gte: range, lt })) {
    const document = await documentOf(snapshot, kind, record)
    if (document !== null) yield document
  }
}

/** The winner of the document that a version belongs to, deleted or not; null when the mirror has no such version. */
export async function winnerOfVersion<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  versionId: VersionId
): Promise<MirrorDocument<Kind> | null> {
  const version = await snapshot.version(refOfVersionId(versionId))
  return version === null ? null : currentDocument(snapshot, kind, version.docId)
}

/** All known versions, those that count first: winner, forks, then the others in the order of their ids. */
export async function historyOf<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  docId: string
): Promise<MirrorDocument<Kind>[]> {
  if (!isDocId(docId)) return []
  const record = await documentIndex.get(snapshot.bee, documentKey(kind, docId))
  if (record === null) return []
  const summary = await summaryOf(snapshot, record)
  if (summary === null) {
    const only = await documentOf(snapshot, kind, record)
    return only === null ? [] : [only]
  }
  const versions: MirrorDocument<Kind>[] = []
  for (const versionId of [...summary.heads.map((head) => head.versionId), ...summary.past]) {
    const version = await withDerived(snapshot, kind, refOfVersionId(versionId), [])
    if (version !== null) versions.push(version)
  }
  return versions
}

/** @returns the winner that a record of the document index names */
async function documentOf<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  record: Buffer
): Promise<MirrorDocument<Kind> | null> {
  if ((flagsOf(record) & NO_WINNER) !== 0) return null
  return versionWithRecord(snapshot, kind, winnerOf(record), () => record)
}

/** @returns the winner that an index by time, device or place names; null when it is none any more */
export async function winnerAt<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  ref: Buffer
): Promise<MirrorDocument<Kind> | null> {
  return versionWithRecord(snapshot, kind, ref, (docId) =>
    documentIndex.get(snapshot.bee, documentKey(kind, docId))
  )
}

async function versionWithRecord<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  ref: Buffer,
  recordOf: (docId: string) => Buffer | Promise<Buffer | null>
): Promise<MirrorDocument<Kind> | null> {
  const version = await withDerived(snapshot, kind, ref, [])
  const record = version === null ? null : await recordOf(version.docId)
  if (version === null || record === null) return null
  const summary = await summaryOf(snapshot, record)
  return summary === null
    ? version
    : { ...version, forks: summary.heads.slice(1).map((head) => head.versionId) }
}

async function summaryOf(snapshot: Snapshot, record: Buffer): Promise<VersionSummary | null> {
  if ((flagsOf(record) & HAS_HISTORY) === 0) return null
  const entry = await snapshot.bee.get(historyKey(record.subarray(0, DOCUMENT_KEY_BYTES)))
  // Written by the indexer, and the core is signed by this hub.
  return entry === null ? null : (JSON.parse(entry.value.toString()) as VersionSummary)
}

async function withDerived<Kind extends DocumentKind>(
  snapshot: Snapshot,
  kind: Kind,
  ref: Buffer,
  forks: readonly VersionId[]
): Promise<MirrorDocument<Kind> | null> {
  const document = await snapshot.version(ref)
  if (document === null || document.schemaName !== kind) return null
  const [created, updated] = [tagOf(document.originalVersionId), tagOf(document.versionId)]
  const derived: Derived = {
    forks,
    createdBy: (await snapshot.coreOf(created))?.owner ?? null,
    updatedBy: (await snapshot.coreOf(updated))?.owner ?? null
  }
  // The kind was just compared; TypeScript does not narrow a union by a type parameter.
  return { ...(document as DocumentOfKind<Kind>), ...derived }
}

function isDocId(text: string): boolean {
  return /^([0-9a-f]{2}){1,32}$/.test(text)
}
