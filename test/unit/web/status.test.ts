import t from 'tap'
import { WaystationError } from '../../../service/errors.ts'
import { aDevice, aNetworkBoard, PROJECT } from './memory-hub.ts'
import type { StatusView } from '../../../service/web/status-schemas.ts'
import { claim, openApp, outcomeOf } from './open-app.ts'

t.test('the board is told to everybody, and names no project', async (t) => {
  const { app } = await openApp(t)
  const response = await app.inject('/api/status')
  t.equal(response.statusCode, 200)
  t.same(response.json(), {
    hub: {
      name: 'River hub',
      deviceId: aDevice().id,
      version: '0.1.0',
      startedAt: '2026-05-01T12:00:00.000Z',
      clock: '2026-05-01T12:00:00.000Z',
      language: 'en'
    },
    sync: { name: 'abcdef', port: 4321 },
    network: aNetworkBoard(),
    projects: 1,
    projectNames: null,
    devices: [aDevice()],
    storage: { freeBytes: 10, totalBytes: 20, state: 'ok', writing: false },
    warnings: [],
    setup: { claimed: false },
    seal: { mode: 'open', locked: false },
    https: null
  })
})

t.test('with the office open the status also has the projects by name', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  const status = (await app.inject({ url: '/api/status', headers })).json<StatusView>()
  t.match(status, { setup: { claimed: true }, office: { projects: [{ id: PROJECT, name: 'Napo' }] } })
})

t.test('whom a warning is about is told to an open office only', async (t) => {
  const { app, hub } = await openApp(t)
  const { id } = aDevice()
  hub.warnings.push({
    code: 'writer-over-share',
    since: '2026-05-01T12:00:00.000Z',
    count: null,
    deviceId: id
  })
  const headers = await claim(app)
  const warnedOf = async (headers = {}) =>
    (await app.inject({ url: '/api/status', headers })).json<StatusView>().warnings
  t.match(await warnedOf(), [{ code: 'writer-over-share', deviceId: null }])
  t.match(await warnedOf(headers), [{ code: 'writer-over-share', deviceId: id }])
})

t.test(
  'names of devices and projects are told as the coordinator allows, and always in the office',
  async (t) => {
    const { app, hub } = await openApp(t)
    const headers = await claim(app)
    const shown = async (headers = {}) => {
      const status = (await app.inject({ url: '/api/status', headers })).json<StatusView>()
      return [status.devices[0]?.name, status.projectNames, status.office?.projects[0]?.name]
    }
    t.same(await shown(), ['Ana', null, undefined])
    hub.settingsNow = { ...hub.settingsNow, board: { showProjectNames: true, showDeviceNames: false } }
    t.same(await shown(), [null, ['Napo'], undefined])
    t.same(await shown(headers), ['Ana', null, 'Napo'])
  }
)

t.test('what a part adds beyond the schema does not leave the hub', async (t) => {
  const { app, hub } = await openApp(t)
  hub.devices[0] = { ...aDevice(), address: '10.0.0.7' } as (typeof hub.devices)[0]
  t.notMatch((await app.inject('/api/status')).body, /10\.0\.0\.7/)
})

t.test('health is 200 while the hub can serve, and 503 with the reason while it cannot', async (t) => {
  const { app, hub } = await openApp(t)
  t.same((await app.inject('/api/health')).json(), { serving: true })
  hub.healthNow = { serving: false, reason: 'the card is full' }
  const response = await app.inject('/api/health')
  t.equal(response.statusCode, 503)
  t.match(response.headers['content-type'], 'application/problem+json')
  t.match(response.json(), { code: 'NOT_SERVING', detail: 'the card is full' })
})

t.test('an error inside is told to the log and not to the client', async (t) => {
  const { app, hub, logged } = await openApp(t)
  hub.boardFails = new Error('key 0xabc is bad')
  const response = await app.inject('/api/status')
  t.equal(response.statusCode, 500)
  t.match(response.headers['content-type'], 'application/problem+json')
  t.match(response.json(), { status: 500, code: 'INTERNAL' })
  t.notMatch(response.body, /0xabc/)
  t.ok(logged.some((line) => (line.err as Error | undefined)?.message === 'key 0xabc is bad'))
})

t.test('a known failure inside keeps its code and its status, and its detail from the client', async (t) => {
  const { app, hub } = await openApp(t)
  hub.boardFails = new WaystationError('STORE_FAILED', 'fdatasync of /var/lib/waystation/cores')
  const response = await app.inject('/api/status')
  t.same(outcomeOf(response), [503, 'STORE_FAILED'])
  t.notMatch(response.body, /var/)
})

t.test('an address with nothing at it is a problem with a code', async (t) => {
  const { app } = await openApp(t)
  for (const url of ['/api/nothing', '/nothing']) {
    const response = await app.inject(url)
    t.match(response.headers['content-type'], 'application/problem+json')
    t.same(outcomeOf(response), [404, 'NOT_FOUND'])
  }
})

t.test(
  'every answer forbids scripts, frames and guesses of the type; the API also that it is kept',
  async (t) => {
    const { app } = await openApp(t)
    for (const url of ['/api/status', '/api/nothing', '/api/projects']) {
      t.match((await app.inject(url)).headers, {
        'content-security-policy': /default-src 'self'.*frame-ancestors 'none'/,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store'
      })
    }
  }
)
