import { randomBytes } from 'node:crypto'
import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encode } from '@comapeo/schema'
import fc from 'fast-check'
import t from 'tap'
import type { Test } from 'tap'
import { xml } from '../../../service/exports/xml.ts'
import type { Mirror } from '../../../service/mirror/mirror.ts'
import { at, docId, Project } from '../mirror/project.ts'
import { written } from './written.ts'

const run = promisify(execFile)
const hasGdal = spawnSync('ogrinfo', ['--version']).status === 0
const needsGdal = hasGdal ? {} : { skip: 'needs ogrinfo (gdal-bin)' }
const hasUnzip = spawnSync('unzip', ['-v']).status === 0
const needsUnzip = hasUnzip ? {} : { skip: 'needs unzip' }

/** What a spreadsheet would run, what XML has no room for, and what people write. */
const NASTY = '=HYPERLINK("http://evil","a"),"b"\n<&\u0001\u{1F40D}ção'

interface Written {
  readonly mirror: Mirror
  readonly ids: readonly string[]
}

/** Two observations with a place, one without, one beyond the earth, one track. */
async function collect(t: Test): Promise<Written> {
  const project = await Project.open(t)
  const a = await project.author(['auth', 'config', 'data', 'blobIndex', 'blob'])
  const ids = [docId(), docId(), docId(), docId()]
  const hash = await a.writeFile('/photo/original/p1', randomBytes(100_000))
  await a.writeFile('/photo/preview/p2', Buffer.from('small'))
  const photo = (name: string, of = '') => ({
    driveDiscoveryId: a.driveId,
    type: 'photo' as const,
    name,
    hash: of,
    external: false
  })
  await a.observe({
    docId: ids[0] as string,
    lat: -3.5,
    lon: -60.25,
    tags: { notes: NASTY, depth: -2.5, count: '-7' },
    attachments: [photo('p1', hash), photo('p2'), photo('p3')]
  })
  await a.observe({ docId: ids[1] as string, createdAt: at(60), lat: 10, lon: 20, tags: { notes: 'plain' } })
  await a.observe({ docId: ids[2] as string, createdAt: at(120) })
  await a.observe({ docId: ids[3] as string, createdAt: at(180), lat: 91, lon: 500 })
  const locations = [0, 1, 2].map((n) => ({
    timestamp: at(n),
    mocked: false,
    coords: { latitude: n, longitude: 2 * n, altitude: 10 * n }
  }))
  const track = {
    schemaName: 'track',
    docId: docId(),
    createdAt: at(0),
    updatedAt: at(0),
    deleted: false,
    links: []
  }
  await a.append('data', encode({ ...track, locations, observationRefs: [], tags: {} } as never))
  return { mirror: await project.mirror(t), ids }
}

interface Feature {
  properties: Record<string, unknown>
  geometry: { type: string; coordinates: unknown } | null
}

/** Read by GDAL, a second program, and told as GeoJSON. */
async function asRead(t: Test, name: string, bytes: Buffer, layer: string[] = []): Promise<Feature[]> {
  const path = join(t.testdir(), name)
  await writeFile(path, bytes)
  const options = name.endsWith('.csv')
    ? ['-oo', 'X_POSSIBLE_NAMES=longitude', '-oo', 'Y_POSSIBLE_NAMES=latitude']
    : []
  const { stdout } = await run('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', path, ...layer, ...options])
  return (JSON.parse(stdout) as { features: Feature[] }).features
}

t.test('GDAL reads the GeoJSON', needsGdal, async (t) => {
  const { mirror, ids } = await collect(t)
  const features = await asRead(t, 'a.geojson', await written(mirror, 'geojson'))
  t.equal(features.length, 5)
  const first = features.find(({ properties }) => properties['$id'] === ids[0])
  t.match(first, { geometry: { type: 'Point', coordinates: [-60.25, -3.5] }, properties: { notes: NASTY } })
})

t.test(
  'GDAL reads the CSV, with the places as numbers and no cell that is a formula',
  needsGdal,
  async (t) => {
    const { mirror, ids } = await collect(t)
    const bytes = await written(mirror, 'csv')
    t.same([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'a byte order mark')
    const features = await asRead(t, 'a.csv', bytes)
    t.equal(features.length, 4)
    const first = features.find(({ properties }) => properties['id'] === ids[0])
    t.match(first, {
      geometry: { type: 'Point', coordinates: [-60.25, -3.5] },
      properties: {
        notes: `'${NASTY}`,
        depth: '-2.5',
        count: '-7',
        files: 'p1_original.jpg; p2_preview.jpg; p3 (missing)'
      }
    })
  }
)

t.test('no text makes a cell that a spreadsheet takes for a formula', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    await a.observe({ tags: { [`${start}key`]: `${start}SUM(1)` } })
  }
  const text = (await written(await project.mirror(t), 'csv')).toString()
  t.notMatch(text, /(^|[,\n"])[=+@\t]/)
  t.notMatch(text, /(^|[,\n"])-[^0-9]/)
  t.equal(text.match(/'[=+\-@\t\r]SUM\(1\)/g)?.length, 6)
})

t.test('GDAL reads the KML: places, lines and answers', needsGdal, async (t) => {
  const { mirror, ids } = await collect(t)
  const bytes = await written(mirror, 'kml')
  const points = await asRead(t, 'a.kml', bytes, ['Observations'])
  const first = points.find(({ properties }) => properties['id'] === ids[0])
  t.match(first?.geometry, { type: 'Point' })
  t.equal(first?.properties['notes'], NASTY.replace('\u0001', ''))
  t.equal(points.length, 4)
  const lines = await asRead(t, 'a.kml', bytes, ['Tracks'])
  t.match(lines, [
    {
      geometry: {
        type: 'LineString',
        coordinates: [
          [0, 0, 0],
          [2, 1, 10],
          [4, 2, 20]
        ]
      }
    }
  ])
})

t.test('GDAL reads the GPX: waypoints with a place on earth, and tracks', needsGdal, async (t) => {
  const { mirror } = await collect(t)
  const bytes = await written(mirror, 'gpx')
  const points = await asRead(t, 'a.gpx', bytes, ['waypoints'])
  t.same(
    points.map(({ geometry }) => geometry?.coordinates),
    [
      [20, 10],
      [-60.25, -3.5]
    ]
  )
  t.match(points[1]?.properties, { desc: /count: -7/ })
  const lines = await asRead(t, 'a.gpx', bytes, ['tracks'])
  t.equal(lines.length, 1)
})

t.test('a filter narrows every format alike', needsGdal, async (t) => {
  const { mirror, ids } = await collect(t)
  const scope = { filter: { from: at(60), to: at(90) } }
  const features = await asRead(t, 'a.geojson', await written(mirror, 'geojson', scope))
  t.same(
    features.map(({ properties }) => properties['$id']),
    [ids[1]]
  )
  t.equal((await written(mirror, 'csv', scope)).toString().trim().split('\r\n').length, 2)
  t.equal((await asRead(t, 'b.gpx', await written(mirror, 'gpx', scope), ['waypoints'])).length, 1)
})

t.test(
  'unzip finds no fault in the ZIP, which has the photos and says what is missing',
  needsUnzip,
  async (t) => {
    const { mirror } = await collect(t)
    const path = join(t.testdir(), 'a.zip')
    await writeFile(path, await written(mirror, 'zip'))
    const { stdout } = await run('unzip', ['-t', path])
    t.match(stdout, /No errors detected/)
    const { stdout: list } = await run('unzip', ['-Z1', path])
    t.same(list.trim().split('\n').sort(), [
      'media/p1_original.jpg',
      'media/p2_preview.jpg',
      'missing-originals.csv',
      'observations-and-tracks.geojson',
      'observations.csv'
    ])
    const { stdout: missing } = await run('unzip', ['-p', path, 'missing-originals.csv'])
    t.match(missing, /p2,preview\r\n/)
    t.match(missing, /p3,nothing\r\n/)
    t.notMatch(missing, /p1/)
    const { stdout: stored } = await run('unzip', ['-v', path])
    t.match(stored, /100000 +Stored .*p1_original/, 'photos are not compressed again')
  }
)

t.test('a damaged photo is left out and named, the others are there', needsUnzip, async (t) => {
  const project = await Project.open(t)
  const a = await project.author(['auth', 'config', 'data', 'blobIndex', 'blob'])
  await a.writeFile('/photo/original/bad', randomBytes(50))
  const good = await a.writeFile('/photo/original/good', randomBytes(50))
  const photo = { driveDiscoveryId: a.driveId, type: 'photo' as const, external: false }
  await a.observe({
    attachments: [
      { ...photo, name: 'bad', hash: '0'.repeat(64) },
      { ...photo, name: 'good', hash: good }
    ]
  })
  const path = join(t.testdir(), 'a.zip')
  await writeFile(path, await written(await project.mirror(t), 'zip'))
  const { stdout: list } = await run('unzip', ['-Z1', path])
  t.match(list, /media\/good_original/)
  t.notMatch(list, /media\/bad/)
  t.match((await run('unzip', ['-p', path, 'missing-originals.csv'])).stdout, /bad,damaged/)
})

t.test('whatever a text holds, the XML is well formed and says the same', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const made = xml({ a: { '@name': text, b: text } })
      const [, inside = ''] = /<b>([^]*)<\/b>/.exec(made) ?? []
      const read = inside
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&apos;/g, "'")
        .replace(/&amp;/g, '&')
      const allowed = [...text].filter((one) =>
        /[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(one)
      )
      if (allowed.length > 0) t.equal(read, allowed.join(''))
      t.notMatch(inside, /<|&(?!(lt|gt|quot|apos|amp);)/)
    })
  )
  t.end()
})
