import { stringify } from 'csv-stringify/sync'
import type { MirrorDocument } from '../mirror/document-queries.ts'
import { placeOf } from './coordinates.ts'
import type { ExportSource } from './export-source.ts'
import { mediaFilesOf } from './media-files.ts'

type Observation = MirrorDocument<'observation'>
type Cell = string | number | null

/** Most questions that get a column of their own; answers to further ones are left out. Spreadsheets stop at 16,384. */
const MAX_TAG_COLUMNS = 1_000

/** A number as people write it is one to a spreadsheet, and no formula. */
const PLAIN_NUMBER = /^-?[0-9]{1,15}([.,][0-9]{1,15})?$/

const FIXED_COLUMNS = [
  'id',
  'created_at',
  'updated_at',
  'category',
  'collected_by',
  'collected_by_id',
  'latitude',
  'longitude',
  'altitude_m',
  'accuracy_m',
  'files'
]

/**
 * Writes observations as a table for spreadsheets (RFC 4180): UTF-8 with a byte order mark, without which they take accents
 * for something else, and with what would be taken for a formula made harmless by an apostrophe.
 *
 * One column for each question that any observation answers, in the words of the project.
 */
export async function* writeCsv(source: ExportSource): AsyncGenerator<string> {
  const tagKeys = await tagKeysOf(source)
  const columns = [...FIXED_COLUMNS, ...headings(source, tagKeys)]
  yield* writeRows([columns])
  for await (const observation of source.observations()) {
    const fixed = await fixedCells(source, observation)
    yield stringify([[...fixed, ...tagCells(source, observation, tagKeys)]], FORMAT)
  }
}

const FORMAT = {
  record_delimiter: '\r\n',
  escape_formulas: true,
  cast: {
    // Without this a place in the south and west would become text.
    number: (value: number) => ({ value: String(value), escape_formulas: false }),
    string: (value: string) => ({ value, escape_formulas: !PLAIN_NUMBER.test(value) })
  }
} as const

/** Writes rows as they are, the first one as the headings. */
export async function* writeRows(rows: Iterable<readonly Cell[]>): AsyncGenerator<string> {
  yield '\uFEFF'
  for (const row of rows) yield stringify([row], FORMAT)
}

/** Goes through everything once before: a table has its headings first. */
async function tagKeysOf(source: ExportSource): Promise<string[]> {
  const keys = new Set<string>()
  for await (const { tags } of source.peekObservations()) {
    for (const key of Object.keys(tags)) if (keys.size < MAX_TAG_COLUMNS) keys.add(key)
  }
  return [...keys].sort()
}

/** The question in words; with the key where two questions have the same words or a column has them already. */
function headings(source: ExportSource, tagKeys: readonly string[]): string[] {
  const labels = tagKeys.map((key) => source.catalog.labelOf(key, source.scope.language) ?? key)
  return labels.map((label, n) => {
    const isTaken = FIXED_COLUMNS.includes(label) || labels.indexOf(label) !== labels.lastIndexOf(label)
    return isTaken ? `${label} (${tagKeys[n]})` : label
  })
}

async function fixedCells(source: ExportSource, observation: Observation): Promise<Cell[]> {
  const { docId, createdAt, updatedAt, createdBy } = observation
  const place = placeOf(observation)
  const files = await mediaFilesOf(source, observation)
  return [
    docId,
    createdAt,
    updatedAt,
    source.categoryOf(observation) ?? null,
    source.nameOf(createdBy) ?? null,
    createdBy,
    place?.lat ?? null,
    place?.lon ?? null,
    place?.altitude ?? null,
    observation.metadata?.position?.coords.accuracy ?? null,
    files.map(({ attachment, held }) => held?.fileName ?? `${attachment.name} (missing)`).join('; ')
  ]
}

function tagCells(source: ExportSource, { tags }: Observation, tagKeys: readonly string[]): Cell[] {
  return tagKeys.map((key) => {
    const value = tags[key]
    if (value === undefined || value === null) return null
    return typeof value === 'number' ? value : source.catalog.valueOf(key, value, source.scope.language)
  })
}
