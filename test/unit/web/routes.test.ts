import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { DRIVE, INVITE, PROJECT } from './memory-hub.ts'
import { claim, FROM_PAGE, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

const PARAMETERS: Record<string, string> = {
  projectId: PROJECT,
  id: INVITE,
  docId: '1'.repeat(64),
  driveId: DRIVE,
  variant: 'preview',
  name: 'a.jpg',
  format: 'csv'
}

// What anybody on the Wi-Fi may call. A route that is added is closed, or it is added here on purpose.
const PUBLIC = [
  'GET /api/events',
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/status',
  'POST /api/login',
  'POST /api/logout',
  'POST /api/setup'
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
    'GET /api/events',
    'GET /api/exports',
    'GET /api/exports/{id}',
    'GET /api/health',
    'GET /api/invites',
    'GET /api/invites/policy',
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
    'GET /api/settings',
    'GET /api/status',
    'GET /api/system',
    'GET /api/system/log',
    'GET /api/system/support-bundle',
    'PATCH /api/settings',
    'POST /api/invites/{id}/accept',
    'POST /api/invites/{id}/reject',
    'POST /api/login',
    'POST /api/logout',
    'POST /api/office/passphrase',
    'POST /api/projects/{projectId}/exports/{format}',
    'POST /api/projects/{projectId}/rebuild-mirror',
    'POST /api/setup',
,
    'PUT /api/invites/policy'
