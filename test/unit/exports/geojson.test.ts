import { randomBytes } from 'node:crypto'
import { encode } from '@comapeo/schema'
import t from 'tap'
import { ExportSource, NOBODY } from '../../../service/exports/export-source.ts'
import { writeGeoJson } from '../../../service/exports/geojson.ts'
import type { Mirror } from '../../../service/mirror/mirror.ts'
import { at, docId, Project } from '../mirror/project.ts'

/** Everything, in English. */
function geoJson(mirror: Mirror) {
  return mirror.stream(async function* (snapshot, sources) {
    const scope = { filter: {}, language: 'en' }
    yield* writeGeoJson(await ExportSource.open({ snapshot, sources, scope, watcher: NOBODY }))
  })
}

interface Collection {
  type: string
  features: {
    type: string
    properties: Record<string, string | null>
    geometry: { type: string; coordinates: unknown } | null
    $comapeo: { docId: string }
  }[]
}

async function exported(chunks: AsyncIterable<string>): Promise<Collection> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return JSON.parse(text) as Collection
}

const common = (id: string) => ({
  docId: id,
  createdAt: at(0),
  updatedAt: at(0),
  deleted: false,
  links: [] as []
})

t.test('an empty project is an empty collection', async (t) => {
  const project = await Project.open(t)
  const mirror = await project.mirror(t)
  t.same(await exported(geoJson(mirror)), { type: 'FeatureCollection', features: [] })
})

t.test('tracks and observations come with the names that CoMapeo gives them', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(['auth', 'config', 'data', 'blobIndex', 'blob'])
  const preset = docId()
  const presetVersion = await a.append(
    'config',
    encode({
      schemaName: 'preset',
      ...common(preset),
      name: 'Camp',
      geometry: ['point'],
      tags: {},
      addTags: {},
      removeTags: {},
      fieldRefs: [],
      terms: [],
      color: '#ff0000'
    } as never)
  )
  const presetRef = { docId: preset, versionId: presetVersion }
  await a.append(
    'config',
    encode({ schemaName: 'deviceInfo', ...common(a.deviceId), name: 'Ana', deviceType: 'mobile' } as never)
  )
  const photo = { driveDiscoveryId: a.driveId, type: 'photo' as const, hash: '', external: false }
  await a.writeFile('/photo/preview/here', randomBytes(10))
  const [placed, unplaced, gone, track] = [docId(), docId(), docId(), docId()]
  const coords = { latitude: 1, longitude: 2, altitude: 30 }
  await a.observe({
    docId: placed,
    lat: -3,
    lon: -60,
    tags: { type: 'camp', people: 4, burnt: false, nothing: null, kinds: ['a', 'b'] },
    metadata: { position: { timestamp: at(0), mocked: false, coords } },
    attachments: [
      { ...photo, name: 'here' },
      { ...photo, name: 'missing' }
    ],
    presetRef
  })
  await a.observe({ docId: unplaced, lat: NaN, lon: NaN })
  await a.observe({ docId: gone, deleted: true })
  const location = (longitude: number) => ({
    timestamp: at(0),
    mocked: false,
    coords: { latitude: 0, longitude }
  })
  await a.append(
    'data',
    encode({
      schemaName: 'track',
      ...common(track),
      locations: [location(1), location(NaN), location(2)],
      observationRefs: [{ docId: placed, versionId: presetVersion }],
      tags: {}
    } as never)
  )
  const mirror = await project.mirror(t)
  const { features } = await exported(geoJson(mirror))
  const find = (id: string) => features.find(({ properties }) => properties['$id'] === id)
  t.equal(features.length, 3)
  t.same(find(placed)?.geometry, { type: 'Point', coordinates: [-60, -3, 30] })
  t.same(find(placed)?.properties, {
    $id: placed,
    $createdAt: at(0),
    $updatedAt: at(0),
    $categoryId: preset,
    $category: 'Camp',
    $authorId: a.deviceId,
    $author: 'Ana',
    $updateAuthorId: a.deviceId,
    $updateAuthor: 'Ana',
    type: 'camp',
    people: '4',
    burnt: 'false',
    kinds: 'a,b',
    attachment_1: 'here_preview.jpg',
    attachment_2: null
  })
  t.equal(find(placed)?.$comapeo.docId, placed)
  t.equal(find(unplaced)?.geometry, null)
  t.same(find(track)?.geometry, {
    type: 'LineString',
    coordinates: [
      [1, 0],
      [2, 0]
    ]
  })
  t.equal(find(track)?.properties['$observations'], placed)
  t.equal(find(gone), undefined)
})

t.test('an export shows one moment, whatever is written meanwhile, and may be left early', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  for (let n = 0; n < 25; n++) await a.observe()
  const mirror = await project.mirror(t)
  const chunks = geoJson(mirror)
  const first = await chunks.next()
  for (let n = 0; n < 25; n++) await a.observe()
  await mirror.caughtUp()
  let text = first.value as string
  for await (const chunk of chunks) text += chunk
  t.equal((JSON.parse(text) as Collection).features.length, 25)
  for await (const chunk of geoJson(mirror)) {
    t.ok(chunk.length > 0)
    break
  }
  t.equal((await exported(geoJson(mirror))).features.length, 50)
})
