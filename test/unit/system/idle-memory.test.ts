import t from 'tap'
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { IdleMemory } from '../../../service/system/idle-memory.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** Objects that live for a while, as in an exchange, make V8 take more for the young ones. */
function beBusy(): void {
  const kept: object[][] = []
  for (let round = 0; youngMegabytes() < 16; round++) {
    kept.push(Array.from({ length: 10_000 }, (_, index) => ({ round, index })))
    if (kept.length > 20) kept.shift()
  }
}

function youngMegabytes(): number {
  const space = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space')
  return (space?.physical_space_size ?? 0) / 2 ** 20
}

t.test('what a busy minute took is given back when the process rests', async (t) => {
  const clock = new ManualClock()
  const memory = new IdleMemory({ clock })
  await memory.ready()
  beBusy()
  // V8 gives nothing back before it has itself seen that little is allocated.
  while (youngMegabytes() >= 8) {
    await setTimeout(100)
    clock.move(30_000)
  }
  t.ok(youngMegabytes() < 8)
  await memory.close()
})

t.test('nothing is interrupted while there is work', async (t) => {
  const clock = new ManualClock()
  const memory = new IdleMemory({ clock })
  await memory.ready()
  beBusy()
  const forced: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => forced.push(...list.getEntries().filter(isForced)))
  observer.observe({ entryTypes: ['gc'] })
  t.teardown(() => observer.disconnect())
  useCpu(1000)
  clock.move(30_000)
  t.ok(youngMegabytes() > 8, 'there would be something to give back')
  // The observer is told of collections in a turn of their own.
  await setImmediate()
  await setImmediate()
  t.same(forced, [])
  await memory.close()
})

function useCpu(milliseconds: number): void {
  const { user, system } = process.cpuUsage()
  for (;;) {
    const now = process.cpuUsage()
    if (now.user + now.system > user + system + milliseconds * 1000) return
  }
}

function isForced(entry: PerformanceEntry): boolean {
  const { flags } = (entry as PerformanceEntry & { detail: { flags: number } }).detail
  return (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0
}
