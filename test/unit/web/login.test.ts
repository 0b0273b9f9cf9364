import t from 'tap'
import { claim, enter, FROM_PAGE, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

const post = (url: string, payload: unknown, headers: Record<string, string> = FROM_PAGE) => ({
  method: 'POST' as const,
  url,
  payload: JSON.stringify(payload),
  headers: { ...headers, 'content-type': 'application/json' }
})

t.test('the first passphrase claims the hub and opens the office', async (t) => {
  const { app } = await openApp(t)
  const response = await app.inject(post('/api/setup', { passphrase: PASSPHRASE }))
  t.equal(response.statusCode, 204)
  t.equal(response.body, '')
  t.match(response.headers['set-cookie'], /^waystation=[\w-]{43}; Path=\/api; HttpOnly; SameSite=Strict$/)
  const again = await app.inject(post('/api/setup', { passphrase: 'another passphrase' }))
  t.same(outcomeOf(again), [409, 'ALREADY_CLAIMED'])
})

t.test('login opens the office and logout closes it, also for who kept the cookie', async (t) => {
  const { app } = await openApp(t)
  await claim(app)
  const headers = await enter(app, '/api/login')
  t.same(outcomeOf(await app.inject({ url: '/api/invites', headers })), [200])
  const logout = await app.inject({ method: 'POST', url: '/api/logout', headers })
  t.equal(logout.statusCode, 204)
  t.match(logout.headers['set-cookie'], /^waystation=; .*Expires=Thu, 01 Jan 1970/)
  t.same(outcomeOf(await app.inject({ url: '/api/invites', headers })), [401, 'LOGIN_REQUIRED'])
})

t.test('after three wrong passphrases the answer says how long to wait', async (t) => {
  const { app } = await openApp(t)
  await claim(app)
  const wrong = post('/api/login', { passphrase: 'not this one' })
  for (let failure = 0; failure < 3; failure++) {
    t.same(outcomeOf(await app.inject(wrong)), [401, 'PASSPHRASE_WRONG'])
  }
  const response = await app.inject(post('/api/login', { passphrase: PASSPHRASE }))
  t.same(outcomeOf(response), [429, 'LOGIN_THROTTLED'])
  t.equal(response.headers['retry-after'], '5')
})

t.test('a body of another form is refused and told what is asked for', async (t) => {
  const { app } = await openApp(t)
  const refused: [payload: unknown, detail: RegExp][] = [
    [{}, /passphrase/],
    [{ passphrase: '' }, /passphrase/],
    [{ passphrase: 'x'.repeat(257) }, /passphrase/],
    [{ passphrase: PASSPHRASE, admin: true }, /additional/],
    ['text', /object/]
  ]
  for (const [payload, detail] of refused) {
    const response = await app.inject(post('/api/setup', payload))
    t.same(outcomeOf(response), [400, 'REQUEST_INVALID'])
    t.match(response.json<{ detail: string }>().detail, detail)
  }
})

t.test('a body that is no JSON, a form, or too long is refused before it is read', async (t) => {
  const { app } = await openApp(t)
  const send = (payload: string, type: string) =>
    app.inject({
      method: 'POST',
      url: '/api/setup',
      payload,
      headers: { ...FROM_PAGE, 'content-type': type }
    })
  t.same(outcomeOf(await send('{', 'application/json')), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await send('passphrase=x', 'application/x-www-form-urlencoded')), [415, 'REQUEST_INVALID'])
  t.same(outcomeOf(await send('"' + 'x'.repeat(16 * 1024) + '"', 'application/json')), [
    413,
    'REQUEST_INVALID'
  ])
})
