import t from 'tap'
import type { DeviceId } from '../../../service/ids.ts'
import { Warnings } from '../../../service/system/warnings.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const ANA = 'a'.repeat(64) as DeviceId
const BEN = 'b'.repeat(64) as DeviceId

t.test('a warning stands once, since it was raised first, until it is cleared', (t) => {
  const clock = new ManualClock()
  const warnings = new Warnings({ clock })
  let changes = 0
  warnings.on('changed', () => changes++)
  warnings.raise('blocks-missing', { count: 2 })
  clock.move(1000)
  warnings.raise('blocks-missing', { count: 2 })
  t.equal(changes, 1)
  warnings.raise('blocks-missing', { count: 1 })
  t.same(warnings.all(), [
    { code: 'blocks-missing', since: '2026-05-01T12:00:00.000Z', count: 1, deviceId: null }
  ])
  warnings.clear('blocks-missing')
  warnings.clear('blocks-missing')
  t.same(warnings.all(), [])
  t.equal(changes, 3)
  t.end()
})

t.test('the same warning stands for each device', (t) => {
  const warnings = new Warnings({ clock: new ManualClock() })
  warnings.raise('writer-over-share', { deviceId: ANA })
  warnings.raise('writer-over-share', { deviceId: BEN })
  warnings.clear('writer-over-share', { deviceId: ANA })
  t.same(
    warnings.all().map(({ deviceId }) => deviceId),
    [BEN]
  )
  t.end()
})

t.test('of warnings that exclude each other one stands at most', (t) => {
  const warnings = new Warnings({ clock: new ManualClock() })
  const codes = ['storage-low', 'intake-paused'] as const
  const standing = () => warnings.all().map(({ code }) => code)
  warnings.raise('safe-mode')
  warnings.replace(codes, 'storage-low')
  warnings.replace(codes, 'intake-paused')
  t.same(standing(), ['safe-mode', 'intake-paused'])
  warnings.replace(codes, null)
  t.same(standing(), ['safe-mode'])
  t.end()
})
