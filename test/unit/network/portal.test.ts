import t from 'tap'
import { Portal } from '../../../service/network/portal.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const check = { host: 'captive.apple.com', path: '/hotspot-detect.html', from: '10.77.0.12' }
const page = 'http://10.77.0.1/'

t.test('quiet: success at once, and nothing for what is no check', async (t) => {
  const portal = new Portal({ clock: new ManualClock() })
  t.match(portal.answer(check, { mode: 'quiet', page }), { status: 200, body: /Success/ })
  t.equal(portal.answer({ ...check, path: '/other' }, { mode: 'quiet', page }), null)
  t.equal(portal.answer({ ...check, host: 'example.org' }, { mode: 'quiet', page }), null)
  t.equal(portal.answer(check, { mode: 'off', page }), null)
})

t.test('welcome: the page until it was looked at, once for each phone, and again another day', async (t) => {
  const clock = new ManualClock()
  const portal = new Portal({ clock })
  t.same(portal.answer(check, { mode: 'welcome', page }), { location: page })
  portal.welcome(check.from)
  t.match(portal.answer(check, { mode: 'welcome', page }), { status: 200 })
  t.same(portal.answer({ ...check, from: '10.77.0.13' }, { mode: 'welcome', page }), { location: page })
  clock.move(24 * 60 * 60_000)
  t.same(portal.answer(check, { mode: 'welcome', page }), { location: page })
})
