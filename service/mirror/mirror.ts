import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { shortId, type DeviceId, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import type { DocumentKind } from '../wire/documents.ts'
import { Catalog, configurationVersion } from './catalog.ts'
import type { Counts, DocumentCounts, PhotoCounts } from './counts.ts'
import { deviceNames } from './device-names.ts'
import {
  currentDocument,
  historyOf,
  listDocuments,
  type MirrorDocument,
  type Page
} from './document-queries.ts'
import { findInField, type FieldQuery } from './field-queries.ts'
import type { Variant } from './file-records.ts'
import { Indexer } from './indexer.ts'
import { findPhoto, variantStates, type Photo, type PhotoId } from './photo-queries.ts'
import { Snapshot } from './snapshot.ts'
import type { MirrorSource, SourceCore } from './source.ts'

/** Blocks come in bursts; each batch rewrites whole pages, so a burst is written as one. Short enough for a page to feel live. */
const LINGER_MS = 200

/** After a batch that failed: a full card is the usual reason, and it takes people or the hub a moment to make room. */
const RETRY_MS = 10_000

interface MirrorEvents {
  /** Something was written and every query sees it from now on: so many versions of documents, or news of photos. */
  indexed: [{ documents: number }]
  /** All blocks that are here are indexed. */
  current: []
}

/**
 * The current state of every document of one project, in one hyperbee that only this hub writes. It follows the cores of its
 * source by itself, and starts where it stopped when it is closed and opened again.
 *
 * Every query reads one snapshot, sees what has been indexed, and never waits for a device.
 */
export class Mirror extends Resource<MirrorEvents> {
  readonly #projectId: ProjectId
  readonly #source: MirrorSource
  readonly #clock: Clock
  readonly #logger: Logger
  #indexer: Indexer
  #catalog: { readonly version: string; readonly catalog: Catalog } | null = null
  #linger: Timer | null = null
  #tasks = 0
  /** Each resolves when one query or export has let go of the core that it reads. */
  readonly #reading = new Map<Snapshot, { done: Promise<void>; release: () => void }>()
  /** The end of the queue of work: one thing is written at a time. */
  #work: Promise<void> = Promise.resolve()
  readonly #onChange = () => this.#indexSoon(LINGER_MS)
  readonly #onCoreAdded = (core: SourceCore) => this.#follow(core)

  /**
   * @param parts.core the mirror's own core: writable, encrypted, opened and closed by the caller. It lies in the same store
   * as the cores of the source: then a power cut that takes the end of them takes what was indexed from it as well.
   */
  constructor(parts: {
    projectId: ProjectId
    core: Hypercore
    source: MirrorSource
    clock: Clock
    logger: Logger
  }) {
    super()
    this.#projectId = parts.projectId
    this.#source = parts.source
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#indexer = new Indexer({ core: parts.core, logger: parts.logger })
  }

  /** @throws MIRROR_OUTDATED when the core was written by another version: give a new core instead */
  protected override async _open(): Promise<void> {
    await this.#indexer.open()
    for (const core of this.#source.cores()) this.#follow(core)
    this.#source.on('core-added', this.#onCoreAdded)
  }

  protected override async _close(): Promise<void> {
    this.#source.off('core-added', this.#onCoreAdded)
    for (const { core } of this.#source.cores()) {
      core.off('append', this.#onChange)
      core.off('download', this.#onChange)
    }
    this.#linger?.clear()
    await this.#work
    // An export to a slow phone would hold the keys for as long as it takes: it ends with an error.
    for (const [snapshot, { release }] of this.#reading) {
      await snapshot.close()
      release()
    }
  }

  /** Whether all blocks that are here are indexed, as far as the mirror has been told of them. */
  get isCurrent(): boolean {
    return this.#linger === null && this.#tasks === 0
  }

  /**
   * Resolves when all blocks that are here now have been indexed.
   * @throws what made a batch fail; nothing of that batch is in the mirror
   */
  async caughtUp(): Promise<void> {
    this.#linger?.clear()
    this.#linger = null
    await this.#queue(() => this.#catchUp(this.#indexer))
  }

  /**
   * Makes the mirror anew from the cores and swaps. Queries are answered from the old one until then. Resolves when nobody
   * reads the old one any more: a long export may take its time.
   * @param core as in the constructor, and empty. From then on it is the mirror's; the old one is the caller's to delete.
   */
  async rebuild(core: Hypercore): Promise<void> {
    let reading: Promise<void>[] = []
    await this.#queue(async () => {
      const indexer = new Indexer({ core, logger: this.#logger })
      await indexer.open()
      for (const source of this.#source.cores()) indexer.add(source)
      await this.#catchUp(indexer)
      if (this.closing !== null) throw new Error('The mirror was closed before it was rebuilt')
      for (const source of this.#source.cores()) indexer.add(source)
      this.#indexer = indexer
      reading = [...this.#reading.values()].map(({ done }) => done)
      this.#logger.info({ project: shortId(this.#projectId) }, 'mirror rebuilt')
    })
    this.#indexSoon(0)
    await Promise.all(reading)
  }

  /** @returns the winner, deleted or not; null when there is no such document */
  document<Kind extends DocumentKind>(kind: Kind, docId: string): Promise<MirrorDocument<Kind> | null> {
    return this.#read((snapshot) => currentDocument(snapshot, kind, docId))
  }

  /**
   * Documents that are not deleted, in the order of their ids.
   * @throws REQUEST_INVALID for a cursor that no page has given
   */
  documents<Kind extends DocumentKind>(
    kind: Kind,
    query: { limit: number; cursor?: string }
  ): Promise<Page<MirrorDocument<Kind>>> {
    return this.#read((snapshot) => listDocuments(snapshot, kind, query))
  }

  /**
   * Newest creation first.
   * @throws REQUEST_INVALID for a cursor that no page has given
   */
  observations(query: FieldQuery): Promise<Page<MirrorDocument<'observation'>>> {
    return this.#read((snapshot) => findInField(snapshot, 'observation', query))
  }

  /** As `observations`. A track lies where it starts. */
  tracks(query: FieldQuery): Promise<Page<MirrorDocument<'track'>>> {
    return this.#read((snapshot) => findInField(snapshot, 'track', query))
  }

  /** As `observations`. An alert lies at the first point of its geometry. */
  alerts(query: FieldQuery): Promise<Page<MirrorDocument<'remoteDetectionAlert'>>> {
    return this.#read((snapshot) => findInField(snapshot, 'remoteDetectionAlert', query))
  }

  /** All known versions: winner, forks, then the others. */
  history<Kind extends DocumentKind>(kind: Kind, docId: string): Promise<MirrorDocument<Kind>[]> {
    return this.#read((snapshot) => historyOf(snapshot, kind, docId))
  }

  photo(id: PhotoId): Promise<Photo> {
    return this.#read((snapshot) => findPhoto(snapshot, this.#source.cores(), id))
  }

  variants(file: Omit<PhotoId, 'variant'>): Promise<Record<Variant, 'unknown' | 'missing' | 'held'>> {
    return this.#read((snapshot) => variantStates(snapshot, file))
  }

  /** The categories of the project and the questions of its form. Read anew only when the project's configuration changed. */
  catalog(): Promise<Catalog> {
    return this.#read(async (snapshot) => {
      const version = await configurationVersion(snapshot)
      if (this.#catalog?.version !== version)
        this.#catalog = { version, catalog: await Catalog.read(snapshot) }
      return this.#catalog.catalog
    })
  }

  /** Asks a question of one snapshot; the cores are those whose owners are proved. */
  query<T>(question: (snapshot: Snapshot, sources: readonly SourceCore[]) => Promise<T>): Promise<T> {
    return this.#read((snapshot) => question(snapshot, this.#source.cores()))
  }

  /** As `query`, for an answer that is larger than memory. Stopping early releases the snapshot. */
  async *stream<T>(
    answer: (snapshot: Snapshot, sources: readonly SourceCore[]) => AsyncIterable<T>
  ): AsyncGenerator<T> {
    const { snapshot, letGo } = this.#borrow()
    try {
      yield* answer(snapshot, this.#source.cores())
    } finally {
      await letGo()
    }
  }

  async photosHeld(): Promise<PhotoCounts> {
    return (await this.#counts()).photos
  }

  async counts(): Promise<Record<DocumentKind, DocumentCounts>> {
    return (await this.#counts()).documents
  }

  /** What devices call themselves. */
  deviceNames(): Promise<Map<DeviceId, string>> {
    return this.#read(deviceNames)
  }

  /** @returns null until a settings document has arrived */
  async projectSettings(): Promise<MirrorDocument<'projectSettings'> | null> {
    const { items } = await this.documents('projectSettings', { limit: 1 })
    return items[0] ?? null
  }

  #counts(): Promise<Counts> {
    return this.#read((snapshot) => snapshot.counts())
  }

  async #read<T>(query: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const { snapshot, letGo } = this.#borrow()
    try {
      return await query(snapshot)
    } finally {
      await letGo()
    }
  }

  #borrow(): { snapshot: Snapshot; letGo: () => Promise<void> } {
    const snapshot = new Snapshot(this.#indexer.core)
    let release = () => {}
    const done = new Promise<void>((resolve) => (release = resolve))
    this.#reading.set(snapshot, { done, release })
    const letGo = async () => {
      await snapshot.close()
      this.#reading.delete(snapshot)
      release()
    }
    return { snapshot, letGo }
  }

  #follow(source: SourceCore): void {
    this.#indexer.add(source)
    source.core.on('append', this.#onChange)
    source.core.on('download', this.#onChange)
    this.#indexSoon(LINGER_MS)
  }

  #indexSoon(delayMs: number): void {
    if (this.#linger !== null || this.closing !== null) return
    this.#linger = this.#clock.after(delayMs, () => {
      this.#linger = null
      this.#queue(() => this.#catchUp(this.#indexer)).catch((error: unknown) => {
        this.#logger.error({ err: error, project: shortId(this.#projectId) }, 'mirror could not be written')
        this.#indexSoon(RETRY_MS)
      })
    })
  }

  /** Blocks that come meanwhile are left to the next burst: while a phone sends, there is always another block. */
  async #catchUp(indexer: Indexer): Promise<void> {
    for (let isFull = true; isFull && this.closing === null;) {
      const step = await indexer.step()
      if (step.written && indexer === this.#indexer) this.emit('indexed', { documents: step.documents })
      isFull = step.isFull
    }
  }

  #queue(task: () => Promise<void>): Promise<void> {
    this.#tasks++
    const done = this.#work.then(task).finally(() => {
      this.#tasks--
      if (this.isCurrent) this.emit('current')
    })
    // Whoever queued the task is told of its failure; the next task starts all the same.
    this.#work = done.catch(() => undefined)
    return done
  }
}
