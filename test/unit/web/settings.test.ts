import t from 'tap'
import { claim, FROM_PAGE, openApp, outcomeOf } from './open-app.ts'

t.test('settings are for the office alone', async (t) => {
  const { app } = await openApp(t)
  await claim(app)
  t.same(outcomeOf(await app.inject({ url: '/api/settings', headers: FROM_PAGE })), [401, 'LOGIN_REQUIRED'])
})

t.test('a change names what it changes, and is answered with all settings', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  const payload = { hub: { name: 'Río' }, board: { showProjectNames: true } }
  const response = await app.inject({ method: 'PATCH', url: '/api/settings', headers, payload })
  t.equal(response.statusCode, 200)
  t.match(response.json(), {
    hub: { name: 'Río', language: 'en' },
    board: { showProjectNames: true, showDeviceNames: true }
  })
  t.same((await app.inject({ url: '/api/settings', headers })).json(), response.json())
})

t.test('a setting that there is not is refused', async (t) => {
  const { app } = await openApp(t)
  const headers = await claim(app)
  for (const payload of [
    { hub: { colour: 'red' } },
    { nothing: {} },
    { board: { showProjectNames: 'yes' } }
  ]) {
    const response = await app.inject({ method: 'PATCH', url: '/api/settings', headers, payload })
    t.same(outcomeOf(response), [400, 'REQUEST_INVALID'], JSON.stringify(payload))
  }
})
