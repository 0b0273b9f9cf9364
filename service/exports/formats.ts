import { writeCsv } from './csv.ts'
import type { ExportSource } from './export-source.ts'
import type { ExportTotals } from './export-plan.ts'
import { writeGeoJson } from './geojson.ts'
import { writeGpx } from './gpx.ts'
import { writeKml } from './kml.ts'
import { writeZip } from './zip.ts'

export const EXPORT_FORMATS = ['geojson', 'csv', 'kml', 'gpx', 'zip'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

interface Format {
  readonly mimeType: string
  write(source: ExportSource): AsyncGenerator<string | Uint8Array>
  /** How often the watcher is told of a document before all is written. */
  steps(totals: ExportTotals): number
}

const everything = ({ observations, tracks }: ExportTotals) => observations + tracks

export const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  geojson: { mimeType: 'application/geo+json', write: writeGeoJson, steps: everything },
  csv: { mimeType: 'text/csv; charset=utf-8', write: writeCsv, steps: ({ observations }) => observations },
  kml: { mimeType: 'application/vnd.google-earth.kml+xml', write: writeKml, steps: everything },
  gpx: { mimeType: 'application/gpx+xml', write: writeGpx, steps: everything },
  zip: {
    mimeType: 'application/zip',
    write: writeZip,
    // GeoJSON, the table, and the files of each observation.
    steps: ({ observations, tracks }) => 3 * observations + tracks
  }
}
