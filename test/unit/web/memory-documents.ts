import { Readable } from 'node:stream'
import { WaystationError } from '../../../service/errors.ts'
import type { ProjectId } from '../../../service/ids.ts'
import type { ExportRunView } from '../../../service/web/export-schemas.ts'
import type { ObservationView } from '../../../service/web/observation-schemas.ts'
import type { DocumentService, ExportService } from '../../../service/web/services.ts'

type Guard = (projectId: ProjectId) => unknown

/** What people collected, as far as the routes need it: one icon, no track, and the observations that it is given. */
export function memoryDocuments(guard: Guard, observations: readonly ObservationView[]): DocumentService {
  const find = (docId: string) => {
    const found = observations.find((observation) => observation.docId === docId)
    if (found === undefined) throw new WaystationError('DOCUMENT_NOT_FOUND')
    return found
  }
  return {
    observationTable: async (projectId) => {
      guard(projectId)
      return Readable.from([Buffer.from('{"cores":[],"devices":[],"categories":[]}\n')], {
        objectMode: false
      })
    },
    observationCounts: async (projectId) => {
      guard(projectId)
      const total = observations.length
      return {
        total,
        withPosition: total,
        withPhoto: 0,
        withAudio: 0,
        byCategory: [],
        byDevice: [],
        byMonth: [],
        bounds: null
      }
    },
    observationsAt: async (projectId, versions) => {
      guard(projectId)
      return versions.map((version) => ({
        version,
        observation: observations.find(({ versionId }) => versionId === version) ?? null
      }))
    },
    observationDetail: async (projectId, docId) => {
      guard(projectId)
      return { observation: find(docId), position: null, fields: [], versions: [], versionsTotal: 1 }
    },
    tracks: async (projectId) => {
      guard(projectId)
      return { tracks: [], nextCursor: null }
    },
    track: async (projectId) => {
      guard(projectId)
      throw new WaystationError('DOCUMENT_NOT_FOUND')
    },
    alerts: async (projectId) => {
      guard(projectId)
      return { alerts: [], nextCursor: null }
    },
    deletions: async (projectId) => {
      guard(projectId)
      return { deletions: [], nextCursor: null }
    },
    categories: async (projectId) => {
      guard(projectId)
      return []
    },
    icon: async (projectId) => {
      guard(projectId)
      return { mimeType: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }
    }
  }
}

/** Exports whose bytes are given; nothing is plugged in. */
export class MemoryExports implements ExportService {
  chunks: () => AsyncIterable<string> = async function* () {
    yield '{"type":"FeatureCollection","features":['
    yield ']}'
  }
  lastScope: unknown = null
  lastRun: string | undefined
  readonly runs: ExportRunView[] = []
  readonly #guard: Guard

  constructor(guard: Guard) {
    this.#guard = guard
  }

  async plan(projectId: ProjectId) {
    this.#guard(projectId)
    const files = { total: 0, originals: 0, smallerOnly: 0, missing: 0, bytes: 0 }
    return { observations: 0, tracks: 0, files, usb: null }
  }

  async download(projectId: ProjectId, format: string, scope: unknown, run?: string) {
    this.#guard(projectId)
    this.lastScope = scope
    this.lastRun = run
    return { fileName: `Napo.${format}`, bytes: Readable.from(this.chunks(), { objectMode: false }) }
  }

  async toUsb(projectId: ProjectId): Promise<ExportRunView> {
    this.#guard(projectId)
    throw new WaystationError('USB_MISSING')
  }

  list() {
    return this.runs
  }

  get(id: string): ExportRunView {
    const run = this.runs.find((one) => one.id === id)
    if (run === undefined) throw new WaystationError('EXPORT_NOT_FOUND')
    return run
  }

  async cancel(id: string) {
    return this.get(id)
  }
}
