import type Hyperbee from 'hyperbee'
import type { Logger } from 'pino'
import { decodeDocument, type DocumentKind } from '../wire/documents.ts'
import type { DiscoveryKey, VersionId } from '../ids.ts'
import { readContent } from './contents.ts'
import type { Counts } from './counts.ts'
import { attachmentsOf, fieldEntryOf } from './document-fields.ts'
import type { FileChanges } from './file-changes.ts'
import type { Incoming } from './incoming.ts'
import { historyKey } from './layout.ts'
import type { RecordEdit } from './pages.ts'
import {
  DELETED,
  deviceIndex,
  deviceRecord,
  documentIndex,
  documentRecord,
  flagsOf,
  HAS_HISTORY,
  NO_WINNER,
  NO_WINNER_REF,
  placeIndex,
  placeRecord,
  timeIndex,
  timeRecord,
  winnerOf,
  type FieldEntry
} from './records.ts'
import { indexOfRef, refOfVersionId, tagOfRef } from './version-ref.ts'
import { versionCount, withVersions, type VersionSummary } from './winner.ts'

type Batch = Hyperbee.Batch<Buffer, Buffer>
type Described = Pick<Incoming, 'version' | 'deleted' | 'entry' | 'attachments'>

/**
 * Most versions of one document that are kept apart; later ones are not indexed. A version is an edit by a person, and each
 * new one rewrites the list of all.
 */
const MAX_VERSIONS = 10_000

/** Writes what a batch of versions changes: current documents, their history, and the indexes over them. */
export class DocumentChanges {
  readonly #batch: Batch
  readonly #discoveryKeyOf: (tag: Buffer) => DiscoveryKey | null
  readonly #counts: Counts
  readonly #files: FileChanges
  readonly #logger: Logger
  readonly #documents: RecordEdit[] = []
  readonly #byTime: RecordEdit[] = []
  readonly #byDevice: RecordEdit[] = []
  readonly #byPlace: RecordEdit[] = []

  constructor(parts: {
    batch: Batch
    /** Full discovery key of a core whose blocks are in the mirror. */
    discoveryKeyOf: (tag: Buffer) => DiscoveryKey | null
    counts: Counts
    files: FileChanges
    logger: Logger
  }) {
    this.#batch = parts.batch
    this.#discoveryKeyOf = parts.discoveryKeyOf
    this.#counts = parts.counts
    this.#files = parts.files
    this.#logger = parts.logger
  }

  /** @param incoming versions that the mirror has not seen; their contents are in the batch already */
  async write(incoming: readonly Incoming[]): Promise<void> {
    const groups = grouped(incoming)
    const records = await documentIndex.getMany(
      this.#batch,
      groups.map(([first]) => first.key)
    )
    for (const [i, group] of groups.entries()) {
      const record = records[i] ?? null
      const [only] = group
      if (record === null && group.length === 1 && only.version.links.length === 0) this.#insert(only)
      else await this.#merge(record, group)
    }
    await documentIndex.update(this.#batch, this.#documents)
    await timeIndex.update(this.#batch, this.#byTime)
    await deviceIndex.update(this.#batch, this.#byDevice)
    await placeIndex.update(this.#batch, this.#byPlace)
  }

  /** What nearly every document is: one version, never edited. It needs no look at anything else. */
  #insert(only: Incoming): void {
    this.#documents.push({
      key: only.key,
      record: documentRecord(only.key, only.ref, only.deleted ? DELETED : 0)
    })
    this.#turn(only.kind, only.ref, only, 1)
  }

  async #merge(record: Buffer | null, group: readonly [Incoming, ...Incoming[]]): Promise<void> {
    const { key, kind } = group[0]
    const known = record === null ? null : await this.#summaryOf(key, record)
    const summary = withVersions(
      known,
      group.map(({ version }) => version)
    )
    if (versionCount(summary) > MAX_VERSIONS) {
      this.#logger.warn({ kind, versions: versionCount(summary) }, 'document has too many versions')
      return
    }
    let flags = 0
    if (summary.heads.length !== 1 || summary.past.length > 0 || summary.awaited.length > 0) {
      flags |= HAS_HISTORY
      await this.#batch.put(historyKey(key), Buffer.from(JSON.stringify(summary)))
    }
    const before =
      record === null || (flagsOf(record) & NO_WINNER) !== 0 ? null : Buffer.from(winnerOf(record))
    const [best] = summary.heads
    const after = best === undefined ? null : refOfVersionId(best.versionId)
    if (before !== null && (after === null || !before.equals(after))) {
      this.#turn(kind, before, await this.#describe(before), -1)
    }
    if (after === null) flags |= NO_WINNER
    else {
      const winner = group.find(({ ref }) => ref.equals(after)) ?? (await this.#describe(after))
      if (winner.deleted) flags |= DELETED
      if (before === null || !before.equals(after)) this.#turn(kind, after, winner, 1)
    }
    this.#documents.push({ key, record: documentRecord(key, after ?? NO_WINNER_REF, flags) })
  }

  /** A version becomes (1) or stops being (-1) what the document is now. */
  #turn(kind: DocumentKind, ref: Buffer, { deleted, entry, attachments }: Described, by: 1 | -1): void {
    this.#counts.documents[kind][deleted ? 'deleted' : 'current'] += by
    if (deleted) return
    for (const attachment of attachments) this.#files.refer(attachment, ref, by)
    if (entry !== null) this.#index(entry, by)
  }

  #index(entry: FieldEntry, by: 1 | -1): void {
    const { cell } = entry
    this.#byTime.push(editOf(timeRecord(entry), timeIndex.keyBytes, by))
    this.#byDevice.push(editOf(deviceRecord(entry), deviceIndex.keyBytes, by))
    if (cell !== null) this.#byPlace.push(editOf(placeRecord(entry, cell), placeIndex.keyBytes, by))
  }

  async #summaryOf(key: Buffer, record: Buffer): Promise<VersionSummary> {
    if ((flagsOf(record) & HAS_HISTORY) !== 0) {
      const entry = await this.#batch.get(historyKey(key))
      if (entry === null) throw new Error('The mirror lacks the history of a document')
      // Written by this class, and the core is signed by this hub.
      return JSON.parse(entry.value.toString()) as VersionSummary
    }
    const { version } = await this.#describe(Buffer.from(winnerOf(record)))
    const { versionId, updatedAt } = version
    return { heads: [{ versionId, updatedAt }], past: [], awaited: [] }
  }

  async #describe(ref: Buffer): Promise<Described> {
    const discoveryKey = this.#discoveryKeyOf(tagOfRef(ref))
    const block = await readContent(this.#batch, ref)
    const document =
      block !== null && discoveryKey !== null
        ? decodeDocument(block, { discoveryKey: Buffer.from(discoveryKey, 'hex'), index: indexOfRef(ref) })
        : null
    if (document === null) throw new Error('The mirror lacks a version that it has indexed')
    return {
      version: {
        // `@comapeo/schema` writes version ids in exactly this form.
        versionId: document.versionId as VersionId,
        updatedAt: document.updatedAt,
        links: document.links as VersionId[]
      },
      deleted: document.deleted,
      entry: fieldEntryOf(document),
      attachments: attachmentsOf(document)
    }
  }
}

/** The versions of each document together. */
function grouped(incoming: readonly Incoming[]): [Incoming, ...Incoming[]][] {
  const groups: [Incoming, ...Incoming[]][] = []
  for (const one of [...incoming].sort((a, b) => a.key.compare(b.key))) {
    const last = groups.at(-1)
    if (last !== undefined && last[0].key.equals(one.key)) last.push(one)
    else groups.push([one])
  }
  return groups
}

function editOf(record: Buffer, keyBytes: number, by: 1 | -1): RecordEdit {
  return { key: record.subarray(0, keyBytes), record: by === 1 ? record : null }
}
