import { pino } from 'pino'
import t from 'tap'
import { ServiceManager } from '../../../service/system/service-manager.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function openManager(waitMs: number | null, fails = false) {
  const told: string[] = []
  const clock = new ManualClock()
  const manager = new ServiceManager({
    notify: async (message) => {
      told.push(message)
      if (fails) throw new Error('nobody listens')
    },
    waitMs,
    clock,
    logger: pino({ level: 'silent' })
  })
  return { told, clock, manager }
}

t.test('says that it is ready, and gives signs of life often enough until it stops', (t) => {
  const { told, clock, manager } = openManager(30_000)
  manager.ready('http://hub')
  t.same(told.splice(0), ['READY=1', 'STATUS=http://hub'])
  clock.move(9_999)
  t.same(told.splice(0), [])
  clock.move(1)
  clock.move(10_000)
  t.same(told.splice(0), ['WATCHDOG=1', 'WATCHDOG=1'])
  manager.stopping()
  t.same(told.splice(0), ['STOPPING=1'])
  t.equal(clock.pending, 0)
  t.end()
})

t.test('gives no signs of life to a manager that does not wait for them', (t) => {
  const { told, clock, manager } = openManager(null)
  manager.ready('up')
  clock.move(1_000_000)
  t.same(told, ['READY=1', 'STATUS=up'])
  t.end()
})

t.test('a manager that does not hear is no reason to end', (t) => {
  const { told, clock, manager } = openManager(30_000, true)
  manager.ready('up')
  clock.move(10_000)
  t.equal(told.length, 3)
  manager.stopping()
  t.end()
})

t.test('tells nobody outside of systemd', (t) => {
  const clock = new ManualClock()
  const logger = pino({ level: 'silent' })
  ServiceManager.of({ WATCHDOG_USEC: '30000000' }, { clock, logger }).ready('up')
  t.equal(clock.pending, 0)
  ServiceManager.of({ NOTIFY_SOCKET: '/run/none', WATCHDOG_USEC: '30000000' }, { clock, logger }).ready('up')
  t.equal(clock.pending, 1)
  t.end()
})
