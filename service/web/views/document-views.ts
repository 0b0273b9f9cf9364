import { Readable } from 'node:stream'
import { WaystationError } from '../../errors.ts'
import type { ProjectId, VersionId } from '../../ids.ts'
import { listDeletions } from '../../mirror/deletions.ts'
import { winnerOfVersion, type MirrorDocument } from '../../mirror/document-queries.ts'
import { positionOf } from '../../mirror/document-fields.ts'
import { countField } from '../../mirror/field-counts.ts'
import { fieldTable } from '../../mirror/field-table.ts'
import { readIcon } from '../../mirror/icons.ts'
import type { Mirror } from '../../mirror/mirror.ts'
import type {
  AlertPage,
  AlertView,
  CategoryView,
  DeletedKind,
  DeletionPage,
  DeletionView,
  ObservationAtView,
  ObservationCountsView,
  ObservationDetailView,
  TableHeaderView,
  TrackDetailView,
  TrackPage
} from '../document-schemas.ts'
import type { FieldFilter, ObservationQuery } from '../observation-schemas.ts'
import type { DocumentService } from '../services.ts'
import { historyView } from './history-view.ts'
import { attachmentView, finite, instant, observationView } from './observation-view.ts'
import type { OpenMirrors } from './open-mirrors.ts'
import { trackView } from './track-view.ts'

/** The first bytes of a docId are what the mirror counts by. */
const COUNTED_CHARACTERS = 8

const COLOR = /^#[0-9a-fA-F]{6}$/

/** What people collected, as the office sees it. */
export class DocumentViews implements DocumentService {
  readonly #mirrors: OpenMirrors

  constructor(parts: { mirrors: OpenMirrors }) {
    this.#mirrors = parts.mirrors
  }

  async observationTable(projectId: ProjectId, filter: FieldFilter): Promise<Readable> {
    const mirror = this.#mirrors.of(projectId)
    const names = await mirror.deviceNames()
    const chunks = mirror.stream(async function* (snapshot) {
      const { header, rows } = await fieldTable(snapshot, 'observation', filter)
      const table: TableHeaderView = {
        cores: [...header.cores],
        devices: header.devices.map((id) => ({ id, name: names.get(id) ?? null })),
        categories: [...header.categories]
      }
      yield Buffer.from(`${JSON.stringify(table)}\n`)
      yield* rows
    })
    return Readable.from(chunks, { objectMode: false })
  }

  async observationCounts(projectId: ProjectId, filter: FieldFilter): Promise<ObservationCountsView> {
    const mirror = this.#mirrors.of(projectId)
    const counts = await mirror.query((snapshot) => countField(snapshot, 'observation', filter))
    const categories = new Map<string, string>()
    for (const docId of (await mirror.catalog()).categories.keys())
      categories.set(docId.slice(0, COUNTED_CHARACTERS), docId)
    const byCategory = new Map<string | null, number>()
    for (const [start, count] of counts.byCategory) {
      const docId = categories.get(start) ?? null
      byCategory.set(docId, (byCategory.get(docId) ?? 0) + count)
    }
    return {
      ...counts,
      byCategory: mostFirst(byCategory),
      byDevice: mostFirst(counts.byDevice),
      byMonth: mostFirst(counts.byMonth)
    }
  }

  async observationsAt(projectId: ProjectId, versions: readonly VersionId[]): Promise<ObservationAtView[]> {
    const mirror = this.#mirrors.of(projectId)
    const found = await mirror.query((snapshot) =>
      Promise.all(versions.map((version) => winnerOfVersion(snapshot, 'observation', version)))
    )
    return Promise.all(
      versions.map(async (version, n) => {
        const observation = found[n] ?? null
        return { version, observation: observation && (await observationView(mirror, observation)) }
      })
    )
  }

  async observationDetail(
    projectId: ProjectId,
    docId: string,
    language: string
  ): Promise<ObservationDetailView> {
    const mirror = this.#mirrors.of(projectId)
    const observation = await mirror.document('observation', docId)
    if (observation === null) throw new WaystationError('DOCUMENT_NOT_FOUND')
    const catalog = await mirror.catalog()
    const history = await mirror.history('observation', docId)
    return {
      observation: await observationView(mirror, observation),
      position: positionView(observation),
      fields: catalog.labelled(observation, language),
      ...historyView(history, { catalog, language, winner: observation.versionId })
    }
  }

  async tracks(projectId: ProjectId, query: ObservationQuery, language: string): Promise<TrackPage> {
    const mirror = this.#mirrors.of(projectId)
    const { items, nextCursor } = await mirror.tracks(query)
    const catalog = await mirror.catalog()
    return { tracks: items.map((track) => trackView(track, { catalog, language, whole: false })), nextCursor }
  }

  async track(projectId: ProjectId, docId: string, language: string): Promise<TrackDetailView> {
    const mirror = this.#mirrors.of(projectId)
    const track = await mirror.document('track', docId)
    if (track === null) throw new WaystationError('DOCUMENT_NOT_FOUND')
    const catalog = await mirror.catalog()
    const history = await mirror.history('track', docId)
    return {
      track: trackView(track, { catalog, language, whole: true }),
      fields: catalog.labelled(track, language),
      ...historyView(history, { catalog, language, winner: track.versionId })
    }
  }

  async alerts(projectId: ProjectId, query: ObservationQuery): Promise<AlertPage> {
    const { items, nextCursor } = await this.#mirrors.of(projectId).alerts(query)
    return { alerts: items.map(alertView), nextCursor }
  }

  async deletions(
    projectId: ProjectId,
    { kind, lang, ...page }: { kind: DeletedKind; lang: string; limit: number; cursor?: string }
  ): Promise<DeletionPage> {
    const mirror = this.#mirrors.of(projectId)
    const { items, nextCursor } = await mirror.query((snapshot) => listDeletions(snapshot, kind, page))
    const deletions = await Promise.all(items.map((document) => this.#deletion(mirror, kind, document, lang)))
    return { deletions, nextCursor }
  }

  async categories(projectId: ProjectId, language: string): Promise<CategoryView[]> {
    const catalog = await this.#mirrors.of(projectId).catalog()
    return [...catalog.categories.values()].map((preset) => ({
      docId: preset.docId,
      name: catalog.nameOf(preset, language),
      color: preset.color !== undefined && COLOR.test(preset.color) ? preset.color : null,
      iconId: preset.iconRef?.docId ?? null,
      deleted: preset.deleted
    }))
  }

  icon(projectId: ProjectId, docId: string): Promise<{ mimeType: string; bytes: Buffer } | null> {
    return this.#mirrors.of(projectId).query((snapshot, sources) => readIcon(snapshot, sources, docId))
  }

  async #deletion(
    mirror: Mirror,
    kind: DeletedKind,
    document: MirrorDocument<DeletedKind>,
    language: string
  ): Promise<DeletionView> {
    const catalog = await mirror.catalog()
    const position = positionOf(document)
    const isAlert = document.schemaName === 'remoteDetectionAlert'
    const preset =
      isAlert || !document.presetRef ? undefined : catalog.categories.get(document.presetRef.docId)
    const attachments = document.schemaName === 'observation' ? document.attachments : []
    return {
      docId: document.docId,
      kind,
      createdAt: instant(document.createdAt),
      createdBy: document.createdBy,
      deletedAt: instant(document.updatedAt),
      deletedBy: document.updatedBy,
      category: preset === undefined ? null : catalog.nameOf(preset, language),
      fields: isAlert ? [] : catalog.labelled(document, language),
      lat: finite(position?.lat),
      lon: finite(position?.lon),
      attachments: await Promise.all(attachments.map((attachment) => attachmentView(mirror, attachment)))
    }
  }
}

function positionView(observation: MirrorDocument<'observation'>): ObservationDetailView['position'] {
  const { metadata } = observation
  const coords = metadata?.position?.coords
  const [lat, lon] = [finite(observation.lat), finite(observation.lon)]
  if (lat === null || lon === null) return null
  return {
    lat,
    lon,
    altitudeM: finite(coords?.altitude),
    accuracyM: finite(coords?.accuracy),
    manual: metadata?.manualLocation ?? false
  }
}

function alertView(alert: MirrorDocument<'remoteDetectionAlert'>): AlertView {
  const position = positionOf(alert)
  return {
    docId: alert.docId,
    createdAt: instant(alert.createdAt),
    createdBy: alert.createdBy,
    detectedFrom: instantOrNull(alert.detectionDateStart),
    detectedTo: instantOrNull(alert.detectionDateEnd),
    sourceId: alert.sourceId,
    metadata: Object.entries(alert.metadata).map(([label, value]) => ({ label, value: String(value ?? '') })),
    geometry: alert.geometry,
    lat: finite(position?.lat),
    lon: finite(position?.lon)
  }
}

function instantOrNull(text: string): string | null {
  return Number.isNaN(Date.parse(text)) ? null : instant(text)
}

function mostFirst<Key>(counts: ReadonlyMap<Key, number>): { key: Key; count: number }[] {
  return [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count)
}
