import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { MAX_FAILED_STARTS, StartCounter, STEADY_MS } from '../../../service/system/start-counter.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const counterIn = (directory: string, clock = new ManualClock()) => new StartCounter({ directory, clock })

t.test(
  'after so many starts that failed the next one is in safe mode, and the one after it is not',
  async (t) => {
    const directory = join(t.testdir(), 'made')
    for (let start = 0; start < MAX_FAILED_STARTS; start++) {
      t.equal(await counterIn(directory).begin(), 'normal')
    }
    t.equal(await counterIn(directory).begin(), 'safe-mode')
    t.equal(await counterIn(directory).begin(), 'normal')
    t.equal(await counterIn(directory).begin(), 'safe-mode')
  }
)

t.test('a hub that was open once has started well, however it ended', async (t) => {
  const directory = t.testdir()
  for (let start = 0; start < 3 * MAX_FAILED_STARTS; start++) {
    const counter = counterIn(directory)
    t.equal(await counter.begin(), 'normal')
    await counter.opened()
  }
})

t.test('a crash soon after the start counts, a later one does not', async (t) => {
  const directory = t.testdir()
  for (let start = 0; start < MAX_FAILED_STARTS; start++) {
    const counter = counterIn(directory)
    t.equal(await counter.begin(), 'normal')
    await counter.opened()
    counter.crashed()
  }
  t.equal(await counterIn(directory).begin(), 'safe-mode')

  const clock = new ManualClock()
  const steady = counterIn(directory, clock)
  t.equal(await steady.begin(), 'normal')
  await steady.opened()
  clock.move(STEADY_MS + 1)
  steady.crashed()
  for (let start = 0; start < MAX_FAILED_STARTS; start++) {
    t.equal(await counterIn(directory).begin(), 'normal')
  }
})

t.test('a second hub on the same directory does not count', async (t) => {
  const directory = t.testdir()
  for (let start = 0; start < 2 * MAX_FAILED_STARTS; start++) {
    const counter = counterIn(directory)
    t.equal(await counter.begin(), 'normal')
    await counter.withdraw()
  }
})

t.test('says when starts cannot be counted, and takes a damaged number for none', async (t) => {
  const directory = t.testdir()
  await writeFile(join(directory, 'starts'), 'damage')
  t.equal(await counterIn(directory).begin(), 'normal')
  const blocked = join(directory, 'blocked')
  await mkdir(join(blocked, 'starts', 'in the way'), { recursive: true })
  t.equal(await counterIn(blocked).begin(), 'unwritable')
})
