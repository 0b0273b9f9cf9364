import { pino } from 'pino'
import t, { type Test } from 'tap'
import { SAFE_MODE_MS, serveSafely, type SafeReason } from '../../service/safe-mode.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** A hub that does not start for this reason, when its page stands. */
async function standInSafeMode(t: Test, reason: SafeReason) {
  const clock = new ManualClock()
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  let ending: Promise<string> = Promise.resolve('')
  const said = await new Promise<string>((resolve) => {
    ending = serveSafely(
      { http: { host: '127.0.0.1', port: 0 } },
      {
        reason,
        clock,
        logger: pino({ level: 'silent' }),
        manager: { ready: resolve, stopping: () => {} },
        stopped
      }
    )
  })
  t.teardown(() => {
    stop()
    return ending
  })
  return { clock, stop, said, ending }
}

t.test('the hub is tried again after a while, and not before', async (t) => {
  const { clock, said, ending } = await standInSafeMode(t, 'CARD_DAMAGED')
  t.equal(said, 'safe mode: CARD_DAMAGED')
  let isOver = false
  void ending.then(() => (isOver = true))
  clock.move(SAFE_MODE_MS - 1)
  await new Promise(setImmediate)
  t.notOk(isOver)
  clock.move(1)
  t.equal(await ending, 'failed')
})

t.test('a card that can only be read has the whole machine started again', async (t) => {
  const { clock, ending } = await standInSafeMode(t, 'CARD_READ_ONLY')
  clock.move(SAFE_MODE_MS)
  t.equal(await ending, 'restart-machine')
})

t.test('a signal ends it at any time', async (t) => {
  const { stop, ending } = await standInSafeMode(t, 'CARD_READ_ONLY')
  stop()
  t.equal(await ending, 'stopped')
})
