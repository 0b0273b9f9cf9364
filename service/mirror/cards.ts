import type { ComapeoDocument } from '../wire/documents.ts'
import type { VersionId } from '../ids.ts'
import { attachmentsOf, categoryOf, marksOf, positionOf } from './document-fields.ts'
import { fileKey, FILE_KEY_BYTES, isFileType } from './file-records.ts'
import { isFieldKind } from './kinds.ts'
import { cellOf, CELL_BYTES, NO_CELL } from './place.ts'
import type { RecordEdits } from './record-edits.ts'
import { compareBytes, copyBytes, RecordList } from './record-list.ts'
import {
  CATEGORY_BYTES,
  categoryBytes,
  DELETED,
  DOCUMENT_KEY_BYTES,
  documentKey,
  KIND_BYTES,
  timeBytes,
  TIME_BYTES
} from './records.ts'
import { REF_BYTES, refOfVersionId, TAG_BYTES, tagOf } from './version-ref.ts'

// One card, field by field.
const REF = DOCUMENT_KEY_BYTES
const ORIGIN = REF + REF_BYTES
const CREATED = ORIGIN + TAG_BYTES
const CELL = CREATED + TIME_BYTES
const CATEGORY = CELL + CELL_BYTES
const MARKS = CATEGORY + CATEGORY_BYTES
const UPDATED = MARKS + 1
const FIRST_FILE = UPDATED + 8
const FILES = FIRST_FILE + 4
const FLAGS = FILES + 2
const CARD_BYTES = FLAGS + 1

interface CardField {
  readonly at: number
  readonly length: number
}

const KIND: CardField = { at: 0, length: KIND_BYTES }
const REFERENCE: CardField = { at: REF, length: REF_BYTES }
const DEVICE: CardField = { at: ORIGIN, length: TAG_BYTES }
const TIME: CardField = { at: CREATED, length: TIME_BYTES }
const PLACE: CardField = { at: CELL, length: CELL_BYTES }
const OTHERS: CardField = { at: CATEGORY, length: CATEGORY_BYTES + 1 }

// The records of the indexes: see `records.ts`.
const TIME_RECORD = [KIND, TIME, REFERENCE, PLACE, DEVICE, OTHERS]
const DEVICE_RECORD = [KIND, DEVICE, TIME, REFERENCE, PLACE, OTHERS]
const PLACE_RECORD = [KIND, PLACE, REFERENCE, TIME, DEVICE, OTHERS]

/** Set when the kind is one that people look for by time, device and place. */
const IN_FIELD = 2

/**
 * What the mirror writes about versions of documents, in the order in which they came. The decoded documents themselves are
 * too large to be kept for a whole batch.
 */
export class Cards {
  /** Each starts with the document key. */
  readonly records = new RecordList(CARD_BYTES)
  readonly #files = new RecordList(FILE_KEY_BYTES)
  /** By row, where there are any. */
  readonly #links = new Map<number, readonly VersionId[]>()

  get length(): number {
    return this.records.length
  }

  /** @param links the versions that this one comes after */
  add(document: ComapeoDocument, links: readonly VersionId[]): void {
    if (links.length > 0) this.#links.set(this.length, links)
    const at = this.records.add()
    const card = this.records.bytes
    card.set(documentKey(document.schemaName, document.docId), at)
    card.set(refOfVersionId(document.versionId), at + REF)
    card.set(tagOf(document.originalVersionId), at + ORIGIN)
    card.set(timeBytes(Date.parse(document.createdAt)), at + CREATED)
    const position = positionOf(document)
    card.set((position === null ? null : cellOf(position)) ?? NO_CELL, at + CELL)
    card.set(categoryBytes(categoryOf(document)), at + CATEGORY)
    card[at + MARKS] = marksOf(document)
    card.writeDoubleBE(Date.parse(document.updatedAt), at + UPDATED)
    card[at + FLAGS] = (document.deleted ? DELETED : 0) | (isFieldKind(document.schemaName) ? IN_FIELD : 0)
    card.writeUInt32BE(this.#files.length, at + FIRST_FILE)
    for (const { driveId, type, name } of attachmentsOf(document)) {
      if (isFileType(type)) this.#files.push(fileKey(tagOf(driveId), type, name))
    }
    card.writeUInt16BE(this.#files.length - card.readUInt32BE(at + FIRST_FILE), at + FILES)
  }

  /** Document key and reference. Views, as all that follow: copy what is kept. */
  key(row: number): Buffer {
    return this.#field(row, 0, DOCUMENT_KEY_BYTES)
  }

  ref(row: number): Buffer {
    return this.#field(row, REF, REF_BYTES)
  }

  links(row: number): readonly VersionId[] {
    return this.#links.get(row) ?? []
  }

  /** As `@comapeo/schema` writes it. */
  updatedAt(row: number): string {
    return new Date(this.records.bytes.readDoubleBE(row * CARD_BYTES + UPDATED)).toISOString()
  }

  /** Record of the list of what was deleted: this version is the deletion. */
  deletion(row: number): Buffer {
    const time = timeBytes(this.records.bytes.readDoubleBE(row * CARD_BYTES + UPDATED))
    return Buffer.concat([this.#field(row, 0, KIND_BYTES), time, this.ref(row)])
  }

  isInField(row: number): boolean {
    return ((this.records.bytes[row * CARD_BYTES + FLAGS] as number) & IN_FIELD) !== 0
  }

  isDeleted(row: number): boolean {
    return ((this.records.bytes[row * CARD_BYTES + FLAGS] as number) & DELETED) !== 0
  }

  *files(row: number): Generator<Buffer> {
    const first = this.records.bytes.readUInt32BE(row * CARD_BYTES + FIRST_FILE)
    const count = this.records.bytes.readUInt16BE(row * CARD_BYTES + FILES)
    for (let file = first; file < first + count; file++) yield this.#files.at(file)
  }

  /** Adds the record of a document that this version is the winner of. */
  writeDocument(row: number, edits: RecordEdits, flags: number): void {
    const to = edits.add()
    copyBytes(this.records.bytes, row * CARD_BYTES, edits.records.bytes, to, ORIGIN)
    edits.records.bytes[to + ORIGIN] = flags
  }

  /** Puts the version into the indexes by time, device and place (1), or takes it out (-1). */
  writeField(row: number, index: FieldEdits, by: 1 | -1): void {
    const card = row * CARD_BYTES
    if (!this.isInField(row)) return
    this.#write(row, index.time, by, TIME_RECORD)
    this.#write(row, index.device, by, DEVICE_RECORD)
    const hasPlace = compareBytes(this.records.bytes, card + CELL, NO_CELL, 0, CELL_BYTES) !== 0
    if (hasPlace) this.#write(row, index.place, by, PLACE_RECORD)
  }

  #write(row: number, edits: RecordEdits, by: 1 | -1, fields: readonly CardField[]): void {
    let to = by === 1 ? edits.add() : edits.addRemoval()
    for (const { at, length } of fields) {
      copyBytes(this.records.bytes, row * CARD_BYTES + at, edits.records.bytes, to, length)
      to += length
    }
  }

  #field(row: number, at: number, length: number): Buffer {
    return this.records.bytes.subarray(row * CARD_BYTES + at, row * CARD_BYTES + at + length)
  }
}

/** Edits of the three indexes over documents of people. */
export interface FieldEdits {
  readonly time: RecordEdits
  readonly device: RecordEdits
  readonly place: RecordEdits
}
