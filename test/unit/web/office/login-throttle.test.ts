import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { delayAfter, LoginThrottle } from '../../../../service/web/office/login-throttle.ts'
import { ManualClock } from '../../../support/manual-clock.ts'

const GUEST = '10.0.0.7'
const OWNER = '10.0.0.8'
const SECOND = 1000
const HOUR = 3600 * SECOND

const wrong = async () => false
const right = async () => true

async function openThrottle(path: string, clock = new ManualClock()) {
  const throttle = new LoginThrottle({ path, clock })
  await throttle.load()
  return { throttle, clock }
}

t.test('the delay doubles from the third failure on, up to three minutes', async (t) => {
  const delays = Array.from({ length: 11 }, (_none, failures) => delayAfter(failures) / SECOND)
  t.same(delays, [0, 0, 0, 5, 10, 20, 40, 80, 160, 180, 180])
})

t.test(
  'the third wrong passphrase makes the next try wait, right or wrong, without judging it',
  async (t) => {
    const { throttle, clock } = await openThrottle(join(t.testdir(), 'throttle'))
    for (let failure = 0; failure < 3; failure++) t.equal(await throttle.attempt(GUEST, wrong), false)
    let judged = 0
    const judge = async () => {
      judged += 1
      return true
    }
    clock.move(4 * SECOND)
    await t.rejects(throttle.attempt(GUEST, judge), { code: 'LOGIN_THROTTLED', retryAfterSeconds: 1 })
    t.equal(judged, 0)
    clock.move(1 * SECOND)
    t.equal(await throttle.attempt(GUEST, judge), true)
  }
)

t.test('a right passphrase gives the free tries back', async (t) => {
  const { throttle, clock } = await openThrottle(join(t.testdir(), 'throttle'))
  for (let failure = 0; failure < 3; failure++) await throttle.attempt(GUEST, wrong)
  clock.move(5 * SECOND)
  await throttle.attempt(GUEST, right)
  for (let failure = 0; failure < 3; failure++) t.equal(await throttle.attempt(GUEST, wrong), false)
})

t.test('a guest who guesses does not keep the owner out', async (t) => {
  const { throttle } = await openThrottle(join(t.testdir(), 'throttle'))
  for (let failure = 0; failure < 3; failure++) await throttle.attempt(GUEST, wrong)
  await t.rejects(throttle.attempt(GUEST, right), { code: 'LOGIN_THROTTLED' })
  t.equal(await throttle.attempt(OWNER, wrong), false, 'who mistypes once')
  t.equal(await throttle.attempt(OWNER, right), true)
})

t.test('an address has its own tries once, and then waits for what all did', async (t) => {
  const { throttle, clock } = await openThrottle(join(t.testdir(), 'throttle'))
  for (let failure = 0; failure < 3; failure++) await throttle.attempt(GUEST, wrong)
  for (let failure = 0; failure < 3; failure++) await throttle.attempt(OWNER, wrong)
  clock.move(delayAfter(6) - 1)
  await t.rejects(throttle.attempt(OWNER, right), { code: 'LOGIN_THROTTLED' })
  clock.move(1)
  t.equal(await throttle.attempt(OWNER, right), true)
})

t.test('whoever takes one address after the other comes to an end of free tries', async (t) => {
  const { throttle } = await openThrottle(join(t.testdir(), 'throttle'))
  let judged = 0
  for (let host = 0; host < 300; host++) {
    const guess = async () => (judged++, false)
    await throttle.attempt(`10.0.${host >> 8}.${host & 255}`, guess).catch(() => {})
  }
  t.equal(judged, 200)
})

t.test('two tries at once cost one judgement', async (t) => {
  const { throttle } = await openThrottle(join(t.testdir(), 'throttle'))
  const [first, second] = await Promise.allSettled([
    throttle.attempt(GUEST, right),
    throttle.attempt(GUEST, right)
  ])
  t.match([first, second], [{ value: true }, { reason: { code: 'LOGIN_THROTTLED' } }])
})

t.test('a restart runs the full delay again, wherever the wall clock stands', async (t) => {
  const path = join(t.testdir(), 'throttle')
  const { throttle } = await openThrottle(path)
  for (let failure = 0; failure < 3; failure++) await throttle.attempt(GUEST, wrong)
  const { throttle: later, clock } = await openThrottle(path, new ManualClock(0))
  clock.move(4 * SECOND)
  await t.rejects(later.attempt(GUEST, right), { code: 'LOGIN_THROTTLED' })
  clock.move(1 * SECOND)
  t.equal(await later.attempt(GUEST, right), true)
})

t.test('a try counts before it is judged: pulling the plug does not give it back', async (t) => {
  const path = join(t.testdir(), 'throttle')
  const { throttle } = await openThrottle(path)
  for (let failure = 0; failure < 2; failure++) await throttle.attempt(GUEST, wrong)
  await throttle.attempt(GUEST, async () => {
    const { throttle: afterTheCut } = await openThrottle(path)
    await t.rejects(afterTheCut.attempt(GUEST, right), { code: 'LOGIN_THROTTLED' })
    return false
  })
})

t.test('a damaged count means the longest delay', async (t) => {
  const path = join(t.testdir(), 'throttle')
  await writeFile(path, '{"failures":-1}')
  const { throttle } = await openThrottle(path)
  await t.rejects(throttle.attempt(GUEST, right), { code: 'LOGIN_THROTTLED', retryAfterSeconds: 180 })
})

t.test('who tries at every chance gets 20 tries an hour', async (t) => {
  const { throttle, clock } = await openThrottle(join(t.testdir(), 'throttle'))
  for (let failure = 0; failure < 20; failure++) {
    clock.move(180 * SECOND)
    await throttle.attempt(GUEST, wrong)
  }
  let judged = 0
  for (let passed = 0; passed < HOUR; passed += SECOND) {
    clock.move(SECOND)
    await throttle.attempt(GUEST, async () => (judged++, false)).catch(() => undefined)
  }
  t.equal(judged, 20)
})
