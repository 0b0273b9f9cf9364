import { encode } from '@comapeo/schema'
import fc from 'fast-check'
import t from 'tap'
import type { Test } from 'tap'
import type { DeviceId } from '../../../service/ids.ts'
import { countField } from '../../../service/mirror/field-counts.ts'
import type { FieldFilter } from '../../../service/mirror/field-hits.ts'
import {
  fieldTable,
  NO_POSITION,
  NONE,
  NOT_IN_HEADER,
  ROW_BYTES
} from '../../../service/mirror/field-table.ts'
import { countMedia } from '../../../service/mirror/media-totals.ts'
import type { Mirror } from '../../../service/mirror/mirror.ts'
import { at, docId, Project, type Author } from './project.ts'

interface Made {
  readonly id: string
  readonly versionId: string
  readonly seconds: number
  readonly device: DeviceId
  readonly place: { readonly lat: number; readonly lon: number } | null
  readonly category: string | null
  readonly types: readonly ('photo' | 'audio')[]
}

const OBSERVATIONS = 150

/** Three devices, four categories of which one is not in the project, edits by others: whatever a filter may meet. */
async function collect(t: Test): Promise<{ mirror: Mirror; made: Made[]; categories: string[] }> {
  const project = await Project.open(t)
  const authors: Author[] = []
  for (let n = 0; n < 3; n++)
    authors.push(await project.author(['auth', 'config', 'data', 'blobIndex', 'blob']))
  const categories = [docId(), docId(), docId(), docId()]
  for (const category of categories.slice(0, 3)) await authors[0]?.append('config', preset(category, 'Camp'))
  const shapes = fc.sample(
    fc.record({
      author: fc.nat({ max: 2 }),
      editor: fc.option(fc.nat({ max: 2 })),
      seconds: fc.nat({ max: 400 }),
      place: fc.option(
        fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.integer({ min: -180, max: 180 }) })
      ),
      category: fc.option(fc.nat({ max: 3 })),
      types: fc.subarray(['photo', 'audio'] as const)
    }),
    { numRuns: OBSERVATIONS, seed: 7 }
  )
  const made: Made[] = []
  for (const { author, editor, seconds, place, category, types } of shapes) {
    const creator = authors[author] as Author
    const id = docId()
    const presetId = category === null ? null : (categories[category] as string)
    const fields = {
      docId: id,
      createdAt: at(seconds),
      ...place,
      attachments: types.map((type) => ({
        driveDiscoveryId: creator.driveId,
        type,
        name: `${id.slice(0, 8)}-${type}`,
        hash: '',
        external: false
      })),
      ...(presetId === null ? {} : { presetRef: { docId: presetId, versionId: `${creator.driveId}/0` } })
    }
    // An edit by somebody else does not change whose it is.
    const first = await creator.observe(editor === null ? fields : { docId: id, createdAt: at(seconds) })
    const versionId =
      editor === null
        ? first
        : await (authors[editor] as Author).observe({
            ...fields,
            links: [first],
            originalVersionId: first,
            updatedAt: at(1000)
          })
    made.push({ id, versionId, seconds, device: creator.deviceId, place, category: presetId, types })
  }
  return { mirror: await project.mirror(t), made, categories }
}

function preset(id: string, name: string): Buffer {
  return encode({
    schemaName: 'preset',
    docId: id,
    createdAt: at(0),
    updatedAt: at(0),
    deleted: false,
    links: [],
    name,
    geometry: ['point'],
    tags: {},
    addTags: {},
    removeTags: {},
    fieldRefs: [],
    terms: []
  } as never)
}

/** The answer without any index. */
function scan(made: readonly Made[], filter: FieldFilter): Made[] {
  const { bbox, from, to, device, category, media } = filter
  return made.filter(
    (one) =>
      (from === undefined || at(one.seconds) >= from) &&
      (to === undefined || at(one.seconds) <= to) &&
      (device === undefined || one.device === device) &&
      (category === undefined || one.category === category) &&
      (media === undefined || one.types.includes(media)) &&
      (bbox === undefined || isInside(one.place, bbox))
  )
}

function isInside(
  place: Made['place'],
  { west, south, east, north }: NonNullable<FieldFilter['bbox']>
): boolean {
  if (place === null || place.lat < south || place.lat > north) return false
  return west <= east ? place.lon >= west && place.lon <= east : place.lon >= west || place.lon <= east
}

function filters(made: readonly Made[], categories: readonly string[]): fc.Arbitrary<FieldFilter> {
  const maybe = <Key extends string, Value>(key: Key, value: fc.Arbitrary<Value>) =>
    fc.option(value, { nil: undefined }).map((some) => (some === undefined ? {} : { [key]: some }))
  const half = fc.integer({ min: -90, max: 90 }).map((degrees) => degrees - 0.5)
  const bbox = fc.tuple(half, half, half, half).map(([a, b, west, east]) => ({
    west: west * 2,
    south: Math.min(a, b),
    east: east * 2,
    north: Math.max(a, b)
  }))
  return fc
    .tuple(
      maybe('bbox', bbox),
      maybe('from', fc.nat({ max: 400 }).map(at)),
      maybe('to', fc.nat({ max: 400 }).map(at)),
      maybe('device', fc.constantFrom(...new Set(made.map(({ device }) => device)))),
      maybe('category', fc.constantFrom(null, ...categories)),
      maybe('media', fc.constantFrom('photo' as const, 'audio' as const))
    )
    .map((parts) => Object.assign({}, ...parts) as FieldFilter)
}

t.test('any filter finds what a look at every observation finds', async (t) => {
  const { mirror, made, categories } = await collect(t)
  await fc.assert(
    fc.asyncProperty(filters(made, categories), async (filter) => {
      const expected = scan(made, filter)
      const { items, nextCursor } = await mirror.observations({ ...filter, limit: 500 })
      t.equal(nextCursor, null)
      t.same(
        items.map(({ docId: id }) => id).sort(),
        expected.map(({ id }) => id).sort(),
        JSON.stringify(filter)
      )
      const times = items.map(({ createdAt }) => createdAt)
      t.same(times, [...times].sort().reverse(), 'newest first')

      const counts = await mirror.query((snapshot) => countField(snapshot, 'observation', filter))
      t.equal(counts.total, expected.length)
      t.equal(counts.withPosition, expected.filter(({ place }) => place !== null).length)
      t.equal(counts.withPhoto, expected.filter(({ types }) => types.includes('photo')).length)
      const device = expected[0]?.device
      if (device !== undefined)
        t.equal(counts.byDevice.get(device), expected.filter((one) => one.device === device).length)

      const media = await mirror.query((snapshot) => countMedia(snapshot, filter))
      t.equal(media.files, expected.flatMap(({ types }) => types).length)
    }),
    { numRuns: 150 }
  )
})

t.test('a table says of every observation when, where, by whom and of what it is', async (t) => {
  const { mirror, made, categories } = await collect(t)
  await fc.assert(
    fc.asyncProperty(filters(made, categories), async (filter) => {
      const { header, rows } = await mirror.query(async (snapshot) => {
        const table = await fieldTable(snapshot, 'observation', filter)
        const chunks: Buffer[] = []
        for await (const chunk of table.rows) chunks.push(chunk)
        return { header: table.header, rows: Buffer.concat(chunks) }
      })
      const found = Array.from({ length: rows.length / ROW_BYTES }, (_, n) => {
        const row = rows.subarray(n * ROW_BYTES, (n + 1) * ROW_BYTES)
        const lat = row.readInt32LE(4)
        const category = row.readUInt16LE(20)
        return {
          versionId: `${header.cores[row.readUInt16LE(16)]}/${row.readUInt32LE(12)}`,
          at: row.readUInt32LE(0),
          place: lat === NO_POSITION ? null : { lat: lat / 1e7, lon: row.readInt32LE(8) / 1e7 },
          device: header.devices[row.readUInt16LE(18)],
          category:
            category === NONE
              ? null
              : category === NOT_IN_HEADER
                ? categories[3]
                : header.categories[category],
          marks: row[22]
        }
      })
      const expected = scan(made, filter).map(({ versionId, seconds, place, device, category, types }) => ({
        versionId,
        at: Date.parse(at(seconds)) / 1000,
        place,
        device,
        category,
        marks: (types.includes('photo') ? 1 : 0) | (types.includes('audio') ? 2 : 0)
      }))
      const byVersion = (a: { versionId: string }, b: { versionId: string }) =>
        a.versionId < b.versionId ? -1 : 1
      t.same(found.sort(byVersion), expected.sort(byVersion))
    }),
    { numRuns: 50 }
  )
})
