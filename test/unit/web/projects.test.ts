import t from 'tap'
import type { InviteView } from '../../../service/web/invite-schemas.ts'
import type { ObservationPage } from '../../../service/web/observation-schemas.ts'
import { anObservation, DEVICE, DRIVE, INVITE, OTHER_PROJECT, PROJECT } from './memory-hub.ts'
import { claim, openApp, outcomeOf } from './open-app.ts'

async function openOffice(t: Parameters<typeof openApp>[0]) {
  const opened = await openApp(t)
  const headers = await claim(opened.app)
  const get = (url: string, more: Record<string, string> = {}) =>
    opened.app.inject({ url: `/api${url}`, headers: { ...headers, ...more } })
  const post = (url: string) => opened.app.inject({ method: 'POST', url: `/api${url}`, headers })
  return { ...opened, get, post }
}

t.test('projects, their members and the history are told as the schemas say', async (t) => {
  const { hub, get } = await openOffice(t)
  t.same((await get('/projects')).json(), [hub.project()])
  t.same((await get(`/projects/${PROJECT}`)).json(), hub.project())
  t.same((await get(`/projects/${PROJECT}/devices`)).json(), [
    { ...hub.devices[0], role: 'participant', lastCompleteAt: null }
  ])
  t.same((await get('/sessions')).json(), hub.sessionViews)
  t.same((await get('/sessions?limit=0')).statusCode, 400)
})

t.test('an unknown project is 404 on every route below it, a malformed id 400', async (t) => {
  const { get, post } = await openOffice(t)
  const below = [
    '',
    '/devices',
    '/observations',
    `/observations/${'1'.repeat(64)}`,
    '/export.geojson',
    '/observations/table',
    '/observations/counts',
    '/tracks',
    '/alerts',
    '/deletions?kind=track',
    '/categories',
    '/export-plan',
    `/observations/${'1'.repeat(64)}/detail`
  ]
  for (const path of [...below, `/photos/${DRIVE}/preview/a.jpg`]) {
    t.same(outcomeOf(await get(`/projects/${OTHER_PROJECT}${path}`)), [404, 'PROJECT_NOT_FOUND'], path)
    t.same(outcomeOf(await get(`/projects/${'l'.repeat(52)}${path}`)), [400, 'REQUEST_INVALID'], path)
  }
  t.same(outcomeOf(await post(`/projects/${OTHER_PROJECT}/rebuild-mirror`)), [404, 'PROJECT_NOT_FOUND'])
})

t.test('an invite is answered once', async (t) => {
  const { get, post } = await openOffice(t)
  const accepted = await post(`/invites/${INVITE}/accept`)
  t.equal(accepted.json<InviteView>().state, 'joining')
  t.equal((await get('/invites')).json<InviteView[]>()[0]?.state, 'joining')
  t.same(outcomeOf(await post(`/invites/${INVITE}/reject`)), [409, 'INVITE_NOT_PENDING'])
  t.same(outcomeOf(await post(`/invites/${'00'.repeat(32)}/accept`)), [404, 'INVITE_NOT_FOUND'])
  t.same(outcomeOf(await post('/invites/..%2f/accept')), [400, 'REQUEST_INVALID'])
})

t.test('observations come in pages, whole', async (t) => {
  const { hub, get } = await openOffice(t)
  const first = (await get(`/projects/${PROJECT}/observations?limit=1`)).json<ObservationPage>()
  t.same(first, { observations: [hub.observationDocs[0]], nextCursor: '1' })
  const second = (await get(`/projects/${PROJECT}/observations?limit=1&cursor=1`)).json<ObservationPage>()
  t.same(second, { observations: [hub.observationDocs[1]], nextCursor: null })
  const one = await get(`/projects/${PROJECT}/observations/${'2'.repeat(64)}`)
  t.same(one.json(), anObservation('2'.repeat(64)))
  const none = await get(`/projects/${PROJECT}/observations/${'3'.repeat(64)}`)
  t.same(outcomeOf(none), [404, 'DOCUMENT_NOT_FOUND'])
})

t.test('the query is parsed: degrees into a box, instants into UTC', async (t) => {
  const { hub, get } = await openOffice(t)
  await get(
    `/projects/${PROJECT}/observations?bbox=170,-10.5,-170,10&from=2026-05-01T07:00:00-05:00&device=${DEVICE}`
  )
  t.same(hub.lastQuery, {
    bbox: { west: 170, south: -10.5, east: -170, north: 10 },
    from: '2026-05-01T12:00:00.000Z',
    device: DEVICE,
    limit: 50
  })
})

const REFUSED_QUERIES = [
  'bbox=1,2,3',
  'bbox=1,2,3,4,5',
  'bbox=a,b,c,d',
  'bbox=181,0,1,1',
  'bbox=0,-91,1,1',
  'bbox=0,2,1,1',
  'from=yesterday',
  'to=2026-05-01',
  'from=2026-13-01T00:00:00Z',
  'device=phone',
  'limit=0',
  'limit=501',
  'limit=1.5',
  'cursor=%00',
  'cursor=' + 'x'.repeat(513),
  'unknown=1',
  'limit=1&limit=2'
]

t.test('a query of another form is refused', async (t) => {
  const { get } = await openOffice(t)
  for (const query of REFUSED_QUERIES) {
    const response = await get(`/projects/${PROJECT}/observations?${query}`)
    t.same(outcomeOf(response), [400, 'REQUEST_INVALID'], query.slice(0, 40))
  }
})

t.test('the export is a GeoJSON file that is sent as it is read', async (t) => {
  const { get } = await openOffice(t)
  const response = await get(`/projects/${PROJECT}/export.geojson`)
  t.same(response.json(), { type: 'FeatureCollection', features: [] })
  t.equal(response.headers['content-type'], 'application/geo+json')
  t.equal(
    response.headers['content-disposition'],
    `attachment; filename="Napo.geojson"; filename*=UTF-8''Napo.geojson`
  )
})

t.test('an export takes the filters of the list, a language, and an id to follow it by', async (t) => {
  const { hub, get } = await openOffice(t)
  const run = 'a'.repeat(32)
  const query = `bbox=1,2,3,4&category=none&media=photo&lang=es-419&run=${run}`
  t.same(outcomeOf(await get(`/projects/${PROJECT}/export.csv?${query}`)), [200])
  t.same(hub.exports.lastScope, {
    filter: { bbox: { west: 1, south: 2, east: 3, north: 4 }, category: null, media: 'photo' },
    language: 'es-419'
  })
  t.equal(hub.exports.lastRun, run)
  t.same(outcomeOf(await get(`/projects/${PROJECT}/export.csv?run=1`)), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await get(`/projects/${PROJECT}/export.exe`)), [404, 'NOT_FOUND'])
})

t.test('an export that fails before it began is a problem, not an empty file', async (t) => {
  const { hub, get } = await openOffice(t)
  hub.exports.chunks = async function* () {
    throw new Error('the mirror is gone')
  }
  t.same(outcomeOf(await get(`/projects/${PROJECT}/export.geojson`)), [500, 'INTERNAL'])
})

t.test('the mirror is rebuilt on demand', async (t) => {
  const { hub, post } = await openOffice(t)
  t.same(outcomeOf(await post(`/projects/${PROJECT}/rebuild-mirror`)), [204])
  t.equal(hub.rebuilt, 1)
})
