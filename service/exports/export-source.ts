import type { DeviceId } from '../ids.ts'
import { Catalog } from '../mirror/catalog.ts'
import { deviceNames } from '../mirror/device-names.ts'
import type { MirrorDocument } from '../mirror/document-queries.ts'
import { eachInField } from '../mirror/field-queries.ts'
import type { FieldFilter } from '../mirror/field-hits.ts'
import type { Snapshot } from '../mirror/snapshot.ts'
import type { SourceCore } from '../mirror/source.ts'

/** Which documents are written, and in which words. */
export interface ExportScope {
  readonly filter: FieldFilter
  /** BCP 47: for the words of the project, where it has them in this language. */
  readonly language: string
}

/** Is told of every document and file that was written, as it is written. */
export interface ExportWatcher {
  documentWritten(): void
  fileWritten(): void
}

export const NOBODY: ExportWatcher = { documentWritten() {}, fileWritten() {} }

/** What every format is made from: one moment of a project, seen through a filter. */
export class ExportSource {
  readonly snapshot: Snapshot
  readonly sources: readonly SourceCore[]
  readonly scope: ExportScope
  readonly watcher: ExportWatcher
  readonly catalog: Catalog
  readonly #names: ReadonlyMap<DeviceId, string>

  private constructor(parts: {
    snapshot: Snapshot
    sources: readonly SourceCore[]
    scope: ExportScope
    watcher: ExportWatcher
    catalog: Catalog
    names: ReadonlyMap<DeviceId, string>
  }) {
    this.snapshot = parts.snapshot
    this.sources = parts.sources
    this.scope = parts.scope
    this.watcher = parts.watcher
    this.catalog = parts.catalog
    this.#names = parts.names
  }

  static async open(parts: {
    snapshot: Snapshot
    sources: readonly SourceCore[]
    scope: ExportScope
    watcher: ExportWatcher
  }): Promise<ExportSource> {
    const catalog = await Catalog.read(parts.snapshot)
    return new ExportSource({ ...parts, catalog, names: await deviceNames(parts.snapshot) })
  }

  async *observations(): AsyncGenerator<MirrorDocument<'observation'>> {
    yield* this.#each('observation')
  }

  /** As `observations`, without telling the watcher: for a look ahead. */
  async *peekObservations(): AsyncGenerator<MirrorDocument<'observation'>> {
    yield* eachInField(this.snapshot, 'observation', this.scope.filter)
  }

  async *tracks(): AsyncGenerator<MirrorDocument<'track'>> {
    yield* this.#each('track')
  }

  /** @returns the name that the device gives itself; undefined where it has none yet */
  nameOf(device: DeviceId | null): string | undefined {
    return device === null ? undefined : this.#names.get(device)
  }

  /** @returns the category in the language of the export; undefined where a document has none that is here */
  categoryOf({ presetRef }: { presetRef?: { docId: string } | undefined }): string | undefined {
    const preset = presetRef === undefined ? undefined : this.catalog.categories.get(presetRef.docId)
    return preset === undefined ? undefined : this.catalog.nameOf(preset, this.scope.language)
  }

  async *#each<Kind extends 'observation' | 'track'>(kind: Kind): AsyncGenerator<MirrorDocument<Kind>> {
    for await (const document of eachInField(this.snapshot, kind, this.scope.filter)) {
      yield document
      this.watcher.documentWritten()
    }
  }
}
