import type Hyperbee from 'hyperbee'
import type { Logger } from 'pino'
import type { DiscoveryKey } from '../ids.ts'
import { decodeDocument } from '../wire/documents.ts'
import { Cards } from './cards.ts'
import { readContent } from './contents.ts'
import type { Counts } from './counts.ts'
import type { FileChanges } from './file-changes.ts'
import { kindOfNumber } from './kinds.ts'
import { historyKey } from './layout.ts'
import { compareBytes } from './record-list.ts'
import {
  DELETED,
  deletedIndex,
  deviceIndex,
  DOCUMENT_KEY_BYTES,
  documentIndex,
  flagsOf,
  HAS_HISTORY,
  NO_WINNER,
  placeIndex,
  timeIndex,
  winnerOf
} from './records.ts'
import { indexOfRef, refOfVersionId, tagOfRef, versionIdOf } from './version-ref.ts'
import { versionCount, withVersions, type Version, type VersionSummary } from './winner.ts'

type Batch = Hyperbee.Batch<Buffer, Buffer>

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
  readonly #documents = documentIndex.edits()
  readonly #deleted = deletedIndex.edits()
  readonly #field = { time: timeIndex.edits(), device: deviceIndex.edits(), place: placeIndex.edits() }

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

  /** @param cards versions that the mirror has not seen; their contents are in the batch already */
  async write(cards: Cards): Promise<void> {
    const { records } = cards
    const rows = records.sortedRows(DOCUMENT_KEY_BYTES)
    const known = await documentIndex.getMany(this.#batch, records, rows)
    for (let i = 0; i < rows.length;) {
      const first = i
      while (i < rows.length && isSameDocument(cards, rows[first] as number, rows[i] as number)) i++
      const [row, record] = [rows[first] as number, known[first] ?? null]
      if (record === null && i === first + 1 && cards.links(row).length === 0) this.#insert(cards, row)
      else await this.#merge(cards, rows.subarray(first, i), record)
    }
    await documentIndex.update(this.#batch, this.#documents)
    await timeIndex.update(this.#batch, this.#field.time)
    await deviceIndex.update(this.#batch, this.#field.device)
    await placeIndex.update(this.#batch, this.#field.place)
    await deletedIndex.update(this.#batch, this.#deleted)
  }

  /** What nearly every document is: one version, never edited. It needs no look at anything else. */
  #insert(cards: Cards, row: number): void {
    cards.writeDocument(row, this.#documents, cards.isDeleted(row) ? DELETED : 0)
    this.#turn(cards, row, 1)
  }

  async #merge(cards: Cards, rows: Uint32Array, record: Buffer | null): Promise<void> {
    const key = Buffer.from(cards.key(rows[0] as number))
    const summary = withVersions(
      record === null ? null : await this.#summaryOf(key, record),
      [...rows].map((row) => this.#versionOf(cards, row))
    )
    if (versionCount(summary) > MAX_VERSIONS) {
      this.#logger.warn({ kind: kindOfNumber(key[0] as number) }, 'document has too many versions')
      return
    }
    const isPlain = summary.heads.length === 1 && summary.past.length === 0 && summary.awaited.length === 0
    if (!isPlain) await this.#batch.put(historyKey(key), Buffer.from(JSON.stringify(summary)))
    const before = record === null || (flagsOf(record) & NO_WINNER) !== 0 ? null : winnerOf(record)
    const [head] = summary.heads
    const after = head === undefined ? null : refOfVersionId(head.versionId)
    const isSame = before !== null && after !== null && before.equals(after)
    if (before !== null && !isSame) this.#turn(await this.#cardOf(before), 0, -1)
    if (after === null) {
      const at = this.#documents.add()
      this.#documents.records.bytes.set(key, at)
      this.#documents.records.bytes[at + documentIndex.recordBytes - 1] = HAS_HISTORY | NO_WINNER
      return
    }
    const row = rows.find((one) => cards.ref(one).equals(after))
    const [winner, winnerRow] = row === undefined ? [await this.#cardOf(after), 0] : [cards, row]
    const flags = (winner.isDeleted(winnerRow) ? DELETED : 0) | (isPlain ? 0 : HAS_HISTORY)
    winner.writeDocument(winnerRow, this.#documents, flags)
    if (!isSame) this.#turn(winner, winnerRow, 1)
  }

  /** A version becomes (1) or stops being (-1) what the document is now. */
  #turn(cards: Cards, row: number, by: 1 | -1): void {
    const kind = kindOfNumber(cards.key(row)[0] as number)
    const isDeleted = cards.isDeleted(row)
    this.#counts.documents[kind][isDeleted ? 'deleted' : 'current'] += by
    if (isDeleted) {
      if (!cards.isInField(row)) return
      if (by === 1) this.#deleted.put(cards.deletion(row))
      else this.#deleted.remove(cards.deletion(row))
      return
    }
    for (const file of cards.files(row)) this.#files.refer(file, cards.ref(row), by)
    cards.writeField(row, this.#field, by)
  }

  async #summaryOf(key: Buffer, record: Buffer): Promise<VersionSummary> {
    if ((flagsOf(record) & HAS_HISTORY) !== 0) {
      const entry = await this.#batch.get(historyKey(key))
      if (entry === null) throw new Error('The mirror lacks the history of a document')
      // Written by this class, and the core is signed by this hub.
      return JSON.parse(entry.value.toString()) as VersionSummary
    }
    const { versionId, updatedAt } = this.#versionOf(await this.#cardOf(winnerOf(record)), 0)
    return { heads: [{ versionId, updatedAt }], past: [], awaited: [] }
  }

  #versionOf(cards: Cards, row: number): Version {
    const ref = cards.ref(row)
    const discoveryKey = this.#discoveryKeyOf(tagOfRef(ref))
    if (discoveryKey === null) throw new Error('The mirror lacks a core that it has indexed')
    return {
      versionId: versionIdOf(discoveryKey, indexOfRef(ref)),
      updatedAt: cards.updatedAt(row),
      links: cards.links(row)
    }
  }

  /** A version that was written earlier, as the one card of a set. Its links are in the history already. */
  async #cardOf(ref: Buffer): Promise<Cards> {
    const discoveryKey = this.#discoveryKeyOf(tagOfRef(ref))
    const block = await readContent(this.#batch, ref)
    const document =
      block !== null && discoveryKey !== null
        ? decodeDocument(block, { discoveryKey: Buffer.from(discoveryKey, 'hex'), index: indexOfRef(ref) })
        : null
    if (document === null) throw new Error('The mirror lacks a version that it has indexed')
    const cards = new Cards()
    cards.add(document, [])
    return cards
  }
}

function isSameDocument(cards: Cards, a: number, b: number): boolean {
  const { bytes, recordBytes } = cards.records
  return compareBytes(bytes, a * recordBytes, bytes, b * recordBytes, DOCUMENT_KEY_BYTES) === 0
}
