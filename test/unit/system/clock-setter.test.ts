import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { foreignClock, RequestedClock } from '../../../service/system/clock-setter.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'

const THEN = Date.parse('2027-03-04T05:06:07Z')

/** A hub that asks, and the place where a helper of the machine finds what is asked. */
function makeAsker(t: Test) {
  const directory = makeDirectory(t)
  const clock = new ManualClock()
  const request = join(directory, 'clock-request')
  const asked = () => (existsSync(request) ? readFileSync(request, 'utf8') : null)
  return { clock, request, asked, setter: new RequestedClock({ directory, clock }) }
}

t.test('a helper is asked, and the setting ends when the machine shows the new time', async (t) => {
  const { clock, request, asked, setter } = makeAsker(t)
  let done = false
  const setting = setter.set(THEN).then(() => (done = true))
  await until(() => asked() !== null)
  t.equal(asked(), `${THEN / 1000}\n`, 'seconds since 1970')
  clock.move(200)
  t.equal(done, false)
  clock.jump(THEN)
  rmSync(request)
  await until(() => {
    clock.move(100)
    return done
  })
  await setting
})

t.test('a helper that does nothing, or leaves the clock as it was, is an error', async (t) => {
  const { clock, asked, setter } = makeAsker(t)
  const silent = t.rejects(setter.set(THEN), { code: 'CLOCK_NOT_SETTABLE', message: /does not answer/ })
  let silentEnded = false
  void silent.then(() => (silentEnded = true))
  await until(() => {
    clock.move(100)
    return silentEnded
  })
  t.equal(asked(), null, 'the request does not stay behind')

  const refusing = makeAsker(t)
  let ended = false
  void t
    .rejects(refusing.setter.set(THEN), { code: 'CLOCK_NOT_SETTABLE', message: /did not set/ })
    .then(() => (ended = true))
  await until(() => refusing.asked() !== null)
  rmSync(refusing.request)
  await until(() => {
    refusing.clock.move(100)
    return ended
  })
})

t.test('a time that cannot be now is refused and nobody is asked', async (t) => {
  const { asked, setter } = makeAsker(t)
  for (const time of ['1970-01-01', '2026-09-30', '2050-01-02', '+010000-01-01']) {
    await t.rejects(setter.set(Date.parse(time)), { code: 'CLOCK_IMPLAUSIBLE' }, time)
  }
  t.equal(asked(), null)
})

t.test('the clock of a laptop is left alone', async (t) => {
  t.equal(foreignClock.available, false)
  await t.rejects(foreignClock.set(THEN), { code: 'CLOCK_NOT_SETTABLE' })
})
