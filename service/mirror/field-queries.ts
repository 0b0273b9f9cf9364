import { decodeCursor, encodeCursor } from './cursor.ts'
import { winnerAt, type MirrorDocument, type Page } from './document-queries.ts'
import { hitRuns, windowOf, type FieldFilter, type Window } from './field-hits.ts'
import type { FieldKind } from './kinds.ts'
import { HIT_ORDER_BYTES, type Hit } from './records.ts'
import type { Snapshot } from './snapshot.ts'

/** One page of what a filter lets through. */
export interface FieldQuery extends FieldFilter {
  readonly limit: number
  /** As given by an earlier page. */
  readonly cursor?: string
}

/** Documents that are in memory at a time while all are gone through. A track may have 1 MiB, and ten times that decoded. */
const DOCUMENTS_AT_ONCE = 10

/**
 * Current documents of one kind, newest creation first.
 * @throws REQUEST_INVALID for a cursor that no page has given
 */
export async function findInField<Kind extends FieldKind>(
  snapshot: Snapshot,
  kind: Kind,
  query: FieldQuery
): Promise<Page<MirrorDocument<Kind>>> {
  const hits = await firstHits(snapshot, kind, query)
  const last = hits.length > query.limit ? hits[query.limit - 1] : undefined
  const items: MirrorDocument<Kind>[] = []
  for (const { ref } of hits.slice(0, query.limit)) {
    const document = await winnerAt(snapshot, kind, ref)
    if (document !== null) items.push(document)
  }
  return { items, nextCursor: last === undefined ? null : encodeCursor(last.order) }
}

/** All that a filter lets through, newest first, a few at a time: for what is larger than memory. */
export async function* eachInField<Kind extends FieldKind>(
  snapshot: Snapshot,
  kind: Kind,
  filter: FieldFilter
): AsyncGenerator<MirrorDocument<Kind>> {
  for await (const run of hitRuns(snapshot, kind, filter)) {
    let refs: Buffer[] = []
    for (const { ref } of run) {
      refs.push(ref)
      if (refs.length < DOCUMENTS_AT_ONCE) continue
      yield* await documentsAt(snapshot, kind, refs)
      refs = []
    }
    yield* await documentsAt(snapshot, kind, refs)
  }
}

async function documentsAt<Kind extends FieldKind>(
  snapshot: Snapshot,
  kind: Kind,
  refs: readonly Buffer[]
): Promise<MirrorDocument<Kind>[]> {
  const documents = await Promise.all(refs.map((ref) => winnerAt(snapshot, kind, ref)))
  return documents.filter((document) => document !== null)
}

async function firstHits(snapshot: Snapshot, kind: FieldKind, query: FieldQuery): Promise<Hit[]> {
  const hits: Hit[] = []
  for await (const run of hitRuns(snapshot, kind, query, windowAfter(query))) {
    for (const hit of run) {
      hits.push(hit)
      // One more than asked for: it says that there is a next page.
      if (hits.length > query.limit) return hits
    }
  }
  return hits
}

/** The cursor is the last document of the earlier page: what follows is older. */
function windowAfter(query: FieldQuery): Window {
  const { gte, lt } = windowOf(query)
  if (query.cursor === undefined) return { gte, lt }
  const before = decodeCursor(query.cursor, HIT_ORDER_BYTES)
  return { gte, lt: before.compare(lt) < 0 ? before : lt }
}
