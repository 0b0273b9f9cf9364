import t from 'tap'
import { claim, FROM_PAGE, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

t.test('the report, the log and the support bundle', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  const get = (url: string) => app.inject({ url, headers })
  t.match((await get('/api/system')).json(), { version: '0.1.0', clock: { source: 'none', canBeSet: true } })
  t.match((await get('/api/system/log?level=warn')).json(), [{ part: 'web', message: 'claimed' }])
  t.same(outcomeOf(await get('/api/system/log?level=loud')), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await get('/api/system/log?level=info&limit=0')), [400, 'REQUEST_INVALID'])
  const bundle = await get('/api/system/support-bundle')
  t.equal(bundle.body, 'names: false', 'names are not told unless asked for')
  t.equal(bundle.headers['content-type'], 'application/gzip')
  t.match(bundle.headers['content-disposition'], /^attachment; filename="waystation-support\.json\.gz"$/)
  t.equal((await get('/api/system/support-bundle?names=true')).body, 'names: true')
})

t.test('the clock is set to an instant and to nothing else', async (t) => {
  const { app, hub } = await openApp(t)
  const headers = await claim(app)
  const set = (payload: object) => app.inject({ method: 'POST', url: '/api/system/clock', headers, payload })
  t.same(outcomeOf(await set({ now: '2026-05-01T12:00:00.000Z' })), [200])
  t.same(outcomeOf(await set({ now: 'noon' })), [400, 'REQUEST_INVALID'])
  t.same(hub.asked, ['clock 2026-05-01T12:00:00.000Z'])
})

const DESTRUCTIVE = { restart: {}, shutdown: {}, reset: { confirmation: 'River hub' } }

t.test('what cannot be taken back asks for the passphrase once more', async (t) => {
  for (const [action, body] of Object.entries(DESTRUCTIVE)) {
    const { app, hub, operatorToken } = await openApp(t)
    const headers = await claim(app)
    const url = `/api/system/${action}`
    const ask = (passphrase?: string) =>
      app.inject({ method: 'POST', url, headers, payload: { ...body, ...(passphrase && { passphrase }) } })
    t.same(outcomeOf(await ask()), [401, 'PASSPHRASE_WRONG'], `${action} without`)
    t.same(outcomeOf(await ask('the river is low')), [401, 'PASSPHRASE_WRONG'], `${action} with a wrong one`)
    t.same(hub.asked, [])
    t.same(outcomeOf(await ask(PASSPHRASE)), [202], action)
    const operator = { host: 'localhost', authorization: `Bearer ${operatorToken}` }
    const asked = await app.inject({ method: 'POST', url, headers: operator, payload: body })
    t.same(outcomeOf(asked), [202], `${action} by the user of the hub on its own machine`)
    t.same(hub.asked, [action, action])
  }
})

t.test('wrong passphrases in confirmations count like those at the door', async (t) => {
  const { app, hub } = await openApp(t)
  const headers = await claim(app)
  const ask = (passphrase: string) =>
    app.inject({ method: 'POST', url: '/api/system/shutdown', headers, payload: { passphrase } })
  for (let i = 0; i < 3; i++) await ask('the river is low')
  t.same(outcomeOf(await ask(PASSPHRASE)), [429, 'LOGIN_THROTTLED'])
  t.same(hub.asked, [])
})

t.test('a reset wants the name of the hub', async (t) => {
  const { app, hub } = await openApp(t)
  const headers = await claim(app)
  const payload = { passphrase: PASSPHRASE, confirmation: 'river' }
  const response = await app.inject({ method: 'POST', url: '/api/system/reset', headers, payload })
  t.same(outcomeOf(response), [400, 'CONFIRMATION_WRONG'])
  t.same(hub.asked, [])
})

t.test('another passphrase ends every session but the one that it begins', async (t) => {
  const { app } = await openApp(t)
  const first = await claim(app)
  const change = (payload: object) =>
    app.inject({ method: 'POST', url: '/api/office/passphrase', headers: first, payload })
  const newPassphrase = 'the forest is green'
  const wrong = await change({ passphrase: 'the river is low', newPassphrase })
  t.same(outcomeOf(wrong), [401, 'PASSPHRASE_WRONG'])
  t.same(outcomeOf(await change({ passphrase: PASSPHRASE, newPassphrase: 'short' })), [
    400,
    'PASSPHRASE_WEAK'
  ])
  t.same(
    outcomeOf(await app.inject({ url: '/api/system', headers: first })),
    [200],
    'nothing has changed yet'
  )

  const changed = await change({ passphrase: PASSPHRASE, newPassphrase })
  t.equal(changed.statusCode, 204)
  const [cookie] = changed.cookies
  t.same(outcomeOf(await app.inject({ url: '/api/system', headers: first })), [401, 'LOGIN_REQUIRED'])
  const headers = { ...FROM_PAGE, cookie: `${cookie?.name}=${cookie?.value}` }
  t.same(outcomeOf(await app.inject({ url: '/api/system', headers })), [200])
  const login = (passphrase: string) =>
    app.inject({ method: 'POST', url: '/api/login', headers: FROM_PAGE, payload: { passphrase } })
  t.same(outcomeOf(await login(PASSPHRASE)), [401, 'PASSPHRASE_WRONG'])
  t.equal((await login(newPassphrase)).statusCode, 204)
})
