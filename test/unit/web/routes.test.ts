import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { DRIVE, INVITE, PROJECT, UPLOAD } from './memory-hub.ts'
import { claim, enter, FROM_PAGE, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

const PARAMETERS: Record<string, string> = {
  projectId: PROJECT,
  id: INVITE,
  docId: '1'.repeat(64),
  driveId: DRIVE,
  variant: 'preview',
  name: 'a.jpg',
  format: 'csv',
  uploadId: UPLOAD,
  mapId: 'a'.repeat(32)
}

// What anybody on the Wi-Fi may call. A route that is added is closed, or it is added here on purpose.
const PUBLIC = [
  'GET /api/events',
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/shelf',
  'GET /api/status',
  'POST /api/login',
  'POST /api/logout',
  'POST /api/setup',
  'POST /api/setup/restore'
]

interface Route {
  method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE'
  path: string
  url: string
}

/** The part of an OpenAPI document that these tests read. */
interface Description {
  openapi: string
  paths: Record<string, Record<string, { summary?: string; responses: object }>>
}

// The plugin's own type covers three versions of OpenAPI at once.
const describedBy = (app: FastifyInstance) => app.swagger() as unknown as Description

/** Every route of the app, from the OpenAPI document and the one route that is not in it. */
function routesOf(app: FastifyInstance): Route[] {
  const paths = Object.entries(describedBy(app).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Route['method'], path }))
  )
  return [...paths, { method: 'GET' as const, path: '/api/openapi.json' }].map(({ method, path }) => ({
    method,
    path,
    url: path.replace(/\{(\w+)\}/g, (_all, name: string) => PARAMETERS[name] ?? `no value for ${name}`)
  }))
}

const named = ({ method, path }: Route) => `${method} ${path}`
const isPublic = (route: Route) => PUBLIC.includes(named(route))

t.test('the routes are those of the contract', async (t) => {
  const { app } = await openApp(t)
  await app.ready()
  t.same(routesOf(app).map(named).sort(), [
    'DELETE /api/exports/{id}',
    'DELETE /api/maps/uploads/{uploadId}',
    'DELETE /api/maps/{mapId}',
    'DELETE /api/projects/{projectId}',
    'DELETE /api/shelf/files/{name}',
    'DELETE /api/shelf/uploads/{uploadId}',
    'GET /api/events',
    'GET /api/exports',
    'GET /api/exports/{id}',
    'GET /api/health',
    'GET /api/invites',
    'GET /api/invites/policy',
    'GET /api/maps',
    'GET /api/maps/uploads/{uploadId}',
    'GET /api/maps/{mapId}/files/{*}',
    'GET /api/maps/{mapId}/style',
    'GET /api/network',
    'GET /api/openapi.json',
    'GET /api/projects',
    'GET /api/projects/{projectId}',
    'GET /api/projects/{projectId}/alerts',
    'GET /api/projects/{projectId}/categories',
    'GET /api/projects/{projectId}/deletions',
    'GET /api/projects/{projectId}/delivery',
    'GET /api/projects/{projectId}/devices',
    'GET /api/projects/{projectId}/export-plan',
    'GET /api/projects/{projectId}/export.csv',
    'GET /api/projects/{projectId}/export.geojson',
    'GET /api/projects/{projectId}/export.gpx',
    'GET /api/projects/{projectId}/export.kml',
    'GET /api/projects/{projectId}/export.zip',
    'GET /api/projects/{projectId}/icons/{docId}',
    'GET /api/projects/{projectId}/leaving',
    'GET /api/projects/{projectId}/observations',
    'GET /api/projects/{projectId}/observations/at',
    'GET /api/projects/{projectId}/observations/counts',
    'GET /api/projects/{projectId}/observations/table',
    'GET /api/projects/{projectId}/observations/{docId}',
    'GET /api/projects/{projectId}/observations/{docId}/detail',
    'GET /api/projects/{projectId}/photos/{driveId}/{variant}/{name}',
    'GET /api/projects/{projectId}/tracks',
    'GET /api/projects/{projectId}/tracks/{docId}',
    'GET /api/sessions',
    'GET /api/sessions/totals',
    'GET /api/settings',
    'GET /api/shelf',
    'GET /api/shelf/uploads/{uploadId}',
    'GET /api/status',
    'GET /api/system',
    'GET /api/system/log',
    'GET /api/system/support-bundle',
    'GET /api/update',
    'PATCH /api/network',
    'PATCH /api/seal',
    'PATCH /api/settings',
    'POST /api/invites/{id}/accept',
    'POST /api/invites/{id}/reject',
    'POST /api/lock',
    'POST /api/login',
    'POST /api/logout',
    'POST /api/maps/uploads',
    'POST /api/network/confirm',
    'POST /api/network/revert',
    'POST /api/network/scan',
    'POST /api/office/passphrase',
    'POST /api/projects/{projectId}/exports/{format}',
    'POST /api/projects/{projectId}/rebuild-mirror',
    'POST /api/setup',
    'POST /api/setup/restore',
    'POST /api/shelf/uploads',
    'POST /api/system/backup',
    'POST /api/system/clock',
    'POST /api/system/reset',
    'POST /api/system/restart',
    'POST /api/system/shutdown',
    'POST /api/update',
    'PUT /api/invites/policy',
    'PUT /api/maps/uploads/{uploadId}',
    'PUT /api/shelf/uploads/{uploadId}'
  ])
})

t.test(
  'every office route is closed: before there is a passphrase, and then without a session',
  async (t) => {
    const { app } = await openApp(t)
    await app.ready()
    const closed = routesOf(app).filter((route) => !isPublic(route))
    for (const route of closed) {
      const { method, url } = route
      const response = await app.inject({ method, url, headers: FROM_PAGE })
      t.same(outcomeOf(response), [409, 'NOT_CLAIMED'], named(route))
    }
    await claim(app)
    const refused = [
      FROM_PAGE,
      { ...FROM_PAGE, cookie: `waystation=${'A'.repeat(43)}` },
      { ...FROM_PAGE, authorization: `Bearer ${'A'.repeat(43)}` },
      { ...FROM_PAGE, authorization: 'Basic b3BlbjpzZXNhbWU=' }
    ]
    for (const route of closed) {
      for (const headers of refused) {
        const { method, url } = route
        const response = await app.inject({ method, url, headers })
        t.same(outcomeOf(response), [401, 'LOGIN_REQUIRED'], named(route))
      }
    }
  }
)

t.test('every office route opens to the session and to the operator token', async (t) => {
  const { app, operatorToken } = await openApp(t)
  await app.ready()
  let session = await claim(app)
  const operator = { host: 'localhost:8080', authorization: `Bearer ${operatorToken}` }
  for (const route of routesOf(app).filter((route) => !isPublic(route))) {
    for (const headers of [session, operator]) {
      const { method, url } = route
      const response = await app.inject({ method, url, headers })
      // Locking ends every session.
      if (route.path === '/api/lock') session = await enter(app, '/api/login')
      // What lies behind the door may refuse for its own reasons.
      t.notOk([401, 403, 500].includes(response.statusCode), `${named(route)} ${response.statusCode}`)
    }
  }
})

t.test(
  'every route that changes something or lies in the office refuses foreign pages, also with a session',
  async (t) => {
    const { app } = await openApp(t)
    await app.ready()
    const session = await claim(app)
    const foreign = {
      'another origin': { ...session, origin: 'http://evil.example' },
      'another port of this host': { ...session, origin: `${session.origin}:8081` },
      'an opaque origin': { ...session, origin: 'null' },
      'another name for the hub': { ...session, host: 'evil.example', origin: 'http://evil.example' },
      'a name that ends like the hub': { ...session, host: 'waystation.local.evil.example', origin: '' }
    }
    for (const route of routesOf(app)) {
      if (route.method === 'GET' && isPublic(route)) continue
      for (const [what, headers] of Object.entries(foreign)) {
        const { method, url } = route
        const payload = method === 'POST' ? { passphrase: PASSPHRASE } : undefined
        const response = await app.inject({ method, url, headers, ...(payload && { payload }) })
        t.same(outcomeOf(response), [403, 'ORIGIN_REFUSED'], `${named(route)}: ${what}`)
      }
    }
  }
)

t.test('a request that changes something with a cookie must say where it comes from', async (t) => {
  const { app } = await openApp(t)
  await app.ready()
  const { cookie, host } = await claim(app)
  for (const route of routesOf(app).filter(({ method }) => method !== 'GET')) {
    const { method, url } = route
    const response = await app.inject({ method, url, headers: { cookie, host } })
    t.equal(outcomeOf(response)[1], 'ORIGIN_REFUSED', named(route))
  }
})

t.test('the hub answers under its addresses and names only', async (t) => {
  const { app } = await openApp(t)
  const own = [
    '192.168.4.1',
    '10.0.0.1:8080',
    '[fe80::1]:80',
    'localhost:8080',
    'waystation',
    'Waystation.LAN'
  ]
  for (const host of [...own, 'waystation-2.local']) {
    const response = await app.inject({ url: '/api/invites', headers: { host } })
    t.equal(outcomeOf(response)[1], 'NOT_CLAIMED', host)
  }
  for (const host of [
    'evil.example',
    'local',
    'localhost.evil.example',
    'a@localhost',
    'localhost/x',
    ':80'
  ]) {
    const response = await app.inject({ url: '/api/invites', headers: { host } })
    t.equal(outcomeOf(response)[1], 'ORIGIN_REFUSED', host)
  }
})

t.test('the OpenAPI document describes every route with its answers and the problem', async (t) => {
  const { app } = await openApp(t)
  const document = (await app.inject('/api/openapi.json')).json<Description>()
  t.equal(document.openapi, '3.1.0')
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      t.ok(summary, `${method} ${path}`)
      t.hasProp(responses, 'default', `${method} ${path}`)
    }
  }
  t.match(document.paths['/api/status']?.get?.responses, {
    200: { content: { 'application/json': { schema: { properties: { setup: {}, office: {} } } } } }
  })
})

t.test('with an encrypted way in, nothing confidential is asked for or told on the plain one', async (t) => {
  const { app, operatorToken } = await openApp(t, undefined, { encrypts: true })
  await app.ready()
  const askedFrom = (remoteAddress: string, { method, url }: Route) =>
    app.inject({
      method,
      url,
      remoteAddress,
      headers: { ...FROM_PAGE, authorization: `Bearer ${operatorToken}` },
      ...(method !== 'GET' && { payload: {} })
    })
  const takesPassphrase = ['POST /api/login', 'POST /api/setup', 'POST /api/setup/restore']
  // Events would not end.
  for (const route of routesOf(app).filter(({ path }) => path !== '/api/events')) {
    const isConfidential = !isPublic(route) || takesPassphrase.includes(named(route))
    const [, onWifi] = outcomeOf(await askedFrom('10.42.0.7', route))
    t.equal(onWifi === 'ENCRYPTION_REQUIRED', isConfidential, `${named(route)} on the Wi-Fi`)
    const [, onMachine] = outcomeOf(await askedFrom('127.0.0.1', route))
    t.not(onMachine, 'ENCRYPTION_REQUIRED', `${named(route)} on the hub itself`)
  }
})
