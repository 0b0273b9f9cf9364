import { readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { MAPS_MAX, Maps } from '../../../service/maps/maps.ts'
import { IMAGE_COLOR, imageMap, shapeMap, zipOf } from '../../support/map-package.ts'
import { makeDirectory } from '../../support/directory.ts'
import { png } from '../../support/png.ts'

const PLENTY = 100 * 1024 ** 3

async function openMaps(t: Test, directory = makeDirectory(t)) {
  const maps = new Maps({ directory, freeBytes: async () => PLENTY, logger: pino({ level: 'silent' }) })
  await maps.ready()
  t.teardown(() => maps.close())
  const put = async (name: string, files: Record<string, Buffer | string> | Buffer) => {
    const bytes = Buffer.isBuffer(files) ? files : await zipOf(files)
    const { id } = await maps.shelf.begin(name, bytes.length)
    return maps.shelf.append(id, 0, bytes)
  }
  const kept = () => readdirSync(directory).filter((name) => !name.startsWith('.'))
  return { maps, directory, put, kept }
}

t.test('a map tells how it is called and drawn, and gives its files, also after a restart', async (t) => {
  const { maps, directory, put } = await openMaps(t)
  await put('air.smp', imageMap())
  await put('land.smp', shapeMap())
  const [air, land] = await maps.list()
  t.match(air, {
    file: { name: 'air.smp' },
    style: {
      name: 'Río Napo from the air',
      drawing: 'images',
      bounds: [-180, -85, 180, 85],
      credits: ['<a href="https://example.org">People of the river</a>']
    }
  })
  t.match(land, { style: { name: 'Land', drawing: 'shapes', bounds: null, credits: [] } })
  await maps.close()

  const { maps: again } = await openMaps(t, directory)
  t.same(
    (await again.list()).map(({ id }) => id),
    [air?.id, land?.id]
  )
  const id = air?.id ?? ''
  t.same(
    await again.read(id, 's/0/1/1/0.png'),
    png(256, () => IMAGE_COLOR)
  )
  t.match((await again.style(id)).at('http://hub/m/'), {
    sources: { air: { tiles: ['http://hub/m/s/0/{z}/{x}/{y}.png'] } }
  })
  await t.rejects(again.read(id, 's/0/9/9/9.png'), { code: 'MAP_NOT_FOUND' })
  await again.remove(id)
  await t.rejects(again.read(id, 's/0/1/1/0.png'), { code: 'MAP_NOT_FOUND' })
  t.same((await again.list()).length, 1)
})

t.test(
  'a file that cannot be shown as a map is refused with what is wrong, and nothing of it stays',
  async (t) => {
    const { put, kept } = await openMaps(t)
    const whole = await zipOf(imageMap())
    const { 'style.json': style = '' } = imageMap()
    const layers = { layers: [] as object[] }
    const source = (over: object) =>
      imageMap({ sources: { air: { type: 'raster', tiles: ['smp://maps.v1/s/{z}/{x}/{y}.png'], ...over } } })
    const refused = {
      MAP_NO_PACKAGE: [Buffer.from('hello'), whole.subarray(0, whole.length - 40), unpackedLarger(whole)],
      MAP_NO_STYLE: [{ 'a.txt': 'a' }],
      MAP_STYLE_INVALID: [
        { ...imageMap(), VERSION: '2.0' },
        { ...imageMap(), 'style.json': '{' },
        { ...imageMap(), 'style.json': '[]' },
        imageMap({ version: 7 }),
        imageMap({ sources: null }),
        imageMap({ layers: {} }),
        source({ type: 'video' }),
        source({ tiles: [] })
      ],
      MAP_NOT_WHOLE: [
        { 'style.json': style },
        imageMap({ sprite: 'https://example.org/sprite', ...layers }),
        imageMap({ sprite: [{ id: 'a', url: 'https://example.org/sprite' }], ...layers }),
        imageMap({ glyphs: 'https://example.org/{fontstack}/{range}.pbf' }),
        source({ url: 'https://example.org/tiles.json' }),
        source({ tiles: ['https://example.org/{z}/{x}/{y}.png'] }),
        source({ type: 'geojson', data: 'https://example.org/a.geojson' })
      ]
    }
    for (const [code, files] of Object.entries(refused)) {
      for (const [n, file] of files.entries()) await t.rejects(put('a.smp', file), { code }, `${code} ${n}`)
    }
    t.same(kept(), [])
  }
)

t.test('a map whose file has been damaged is said to be so, and the others stay', async (t) => {
  const { maps, directory, put } = await openMaps(t)
  await put('air.smp', imageMap())
  await put('land.smp', shapeMap())
  truncateSync(join(directory, 'air.smp'), 1000)
  writeFileSync(join(directory, 'other.smp'), 'no map')
  t.match(await maps.list(), [
    { file: { name: 'air.smp' }, style: null },
    { file: { name: 'land.smp' }, style: { name: 'Land' } },
    { file: { name: 'other.smp' }, style: null }
  ])
})

t.test(
  'more maps than are kept open at once are read all the same, and there is an end of them',
  async (t) => {
    const { maps, put } = await openMaps(t)
    for (let n = 0; n < MAPS_MAX; n++) await put(`${n}.smp`, imageMap({ name: `Map ${n}` }))
    await t.rejects(put('more.smp', imageMap()), { code: 'SHELF_FULL' })
    const all = await maps.list()
    for (const { id } of [...all, ...all]) t.ok(await maps.read(id, 's/0/0/0/0.png'))
  }
)

/** Every file in this ZIP is said to be a byte longer than it is. */
function unpackedLarger(zip: Buffer): Buffer {
  const changed = Buffer.from(zip)
  const entry = Buffer.from([0x50, 0x4b, 0x01, 0x02])
  for (let at = changed.indexOf(entry); at >= 0; at = changed.indexOf(entry, at + 1)) {
    changed.writeUInt32LE(changed.readUInt32LE(at + 24) + 1, at + 24)
  }
  return changed
}
