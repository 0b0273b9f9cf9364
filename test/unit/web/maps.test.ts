import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Maps } from '../../../service/maps/maps.ts'
import type { OwnMapsView } from '../../../service/web/map-schemas.ts'
import type { UploadView } from '../../../service/web/upload-schemas.ts'
import { MapDesk } from '../../../service/web/views/map-desk.ts'
import { imageMap, shapeMap, zipOf } from '../../support/map-package.ts'
import { claim, openApp, outcomeOf } from './open-app.ts'

async function openMapApp(t: Test) {
  const { app } = await openApp(t, async (hub) => {
    const maps = new Maps({
      directory: join(t.testdirName, 'maps'),
      freeBytes: async () => 1024 ** 4,
      logger: pino({ level: 'silent' })
    })
    await maps.ready()
    t.teardown(() => maps.close())
    hub.maps = new MapDesk(maps)
  })
  const session = await claim(app)
  const put = async (name: string, bytes: Buffer) => {
    const begun = await app.inject({
      method: 'POST',
      url: '/api/maps/uploads',
      headers: session,
      payload: { name, size: bytes.length }
    })
    return app.inject({
      method: 'PUT',
      url: `/api/maps/uploads/${begun.json<UploadView>().id}?offset=0`,
      headers: { ...session, 'content-type': 'application/octet-stream' },
      payload: bytes
    })
  }
  const get = (url: string, headers: object = session) => app.inject({ url, headers: { ...headers } })
  return { app, session, put, get }
}

t.test(
  'the style of a map names its files on this hub, and each has the type that browsers expect',
  async (t) => {
    const { put, get, app, session } = await openMapApp(t)
    const files: Record<string, Buffer | string> = {
      ...shapeMap(),
      'fonts/Open Sans/0-255.pbf.gz': 'glyphs',
      'a.html': '<script>',
      'b.svg': '<svg>'
    }
    t.match((await put('land.smp', await zipOf(files))).json(), { file: { name: 'land.smp' } })
    const { maps } = (await get('/api/maps')).json<OwnMapsView>()
    t.match(maps, [{ name: 'Land', fileName: 'land.smp', drawing: 'shapes', bounds: null, credits: [] }])
    const base = `/api/maps/${maps[0]?.id}`
    const style = (await get(`${base}/style`)).json<{ sources: { land: { tiles: string[] } } }>()
    const [tile = ''] = style.sources.land.tiles
    t.equal(tile, `http://${session.host}${base}/files/s/0/{z}/{x}/{y}.mvt.gz`)
    const answer = await get(`${base}/files/s/0/0/0/0.mvt.gz`)
    t.match(answer.headers, {
      'content-type': 'application/vnd.mapbox-vector-tile',
      'content-encoding': 'gzip',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff'
    })
    t.same(answer.rawPayload, files['s/0/0/0/0.mvt.gz'])
    t.match((await get(`${base}/files/fonts/Open%20Sans/0-255.pbf.gz`)).headers, {
      'content-type': 'application/x-protobuf'
    })
    for (const name of [
      'a.html',
      'b.svg',
      'VERSION',
      's/0/5/0/0.mvt.gz',
      '..%2f..%2fkeys%2fidentity',
      '%00.png'
    ]) {
      t.same(outcomeOf(await get(`${base}/files/${name}`)), [404, 'MAP_NOT_FOUND'], name)
    }
    t.equal((await app.inject({ method: 'DELETE', url: base, headers: session })).statusCode, 204)
    t.same(outcomeOf(await get(`${base}/style`)), [404, 'MAP_NOT_FOUND'])
    t.match((await get('/api/maps')).json(), { maps: [], usedBytes: 0 })
  }
)

t.test('a map is for the office alone, and a broken one is refused with what is wrong', async (t) => {
  const { put, get } = await openMapApp(t)
  await put('air.smp', await zipOf(imageMap()))
  const [map] = (await get('/api/maps')).json<OwnMapsView>().maps
  for (const path of ['', `/${map?.id}/style`, `/${map?.id}/files/s/0/0/0/0.png`]) {
    t.same(outcomeOf(await get(`/api/maps${path}`, {})), [401, 'LOGIN_REQUIRED'], path)
  }
  t.same((await get('/api/shelf', {})).json(), { files: [], usedBytes: 0, quotaBytes: 1 })
  const refused = await put('bad.smp', await zipOf({ 'style.json': '{}' }))
  t.same(outcomeOf(refused), [400, 'MAP_STYLE_INVALID'])
  t.match(refused.json(), { detail: 'In style.json its version is not 8' })
})
