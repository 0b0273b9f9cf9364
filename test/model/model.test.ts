import fc from 'fast-check'
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { PhonePool } from './phone-pool.ts'
import { play, type Tally } from './play.ts'
import { schedules, type Schedule } from './schedule.ts'

const SHORT = { seeds: 10, size: { persons: { min: 3, max: 4 }, steps: 24 } }
const LONG = { seeds: 200, size: { persons: { min: 3, max: 8 }, steps: 50 } }
// No longer than this is tried to make a schedule shorter that failed: with real phones each try takes as long as it did.
const SHRINK_LIMIT_MS = 5 * 60_000

const { seeds, size } = process.env['MODEL'] === 'long' ? LONG : SHORT
// SEED=… repeats one schedule, and with MODEL_PATH=… what it was shortened to.
const given = process.env['SEED']
const path = process.env['MODEL_PATH']
// MODEL_FIRST=… begins the seeds there, and MODEL_SEEDS=… says how many.
const first = Number(given ?? process.env['MODEL_FIRST'] ?? randomInt(2 ** 30))
const count = given === undefined ? Number(process.env['MODEL_SEEDS'] ?? seeds) : 1

/** A schedule that failed once, and what was wrong then. */
interface Kept extends Schedule {
  why: string
}

const kept = new URL('regressions/', import.meta.url)

t.test(
  'whatever people do, all hold the same, nothing is lost, and nobody hears what is not theirs',
  async (t) => {
    const pool = new PhonePool(t)
    const total: Tally = { steps: 0, phones: 0, kills: 0, writes: 0 }
    const playAndCount = async (t: Test, schedule: Schedule) => {
      const tally = await play(t, pool, schedule)
      for (const name of Object.keys(total) as (keyof Tally)[]) total[name] += tally[name]
    }

    for (const file of given === undefined ? readdirSync(kept).sort() : []) {
      const { why, ...schedule } = JSON.parse(readFileSync(new URL(file, kept), 'utf8')) as Kept
      await t.test(`${file}: ${why}`, (t) => playAndCount(t, schedule))
    }
    for (let seed = first; seed < first + count; seed++) {
      await t.test(`seed ${seed}`, async (t) => {
        const property = fc.asyncProperty(schedules(size), (schedule) => playAndCount(t, schedule))
        const outcome = await fc.check(property, {
          seed,
          numRuns: 1,
          interruptAfterTimeLimit: SHRINK_LIMIT_MS,
          ...(path !== undefined && { path })
        })
        if (!outcome.failed) return
        const { counterexample, counterexamplePath, errorInstance } = outcome
        t.comment(JSON.stringify(counterexample?.[0]))
        t.fail(`SEED=${seed} MODEL_PATH=${counterexamplePath} ${String(errorInstance)}`)
      })
    }
    t.comment(`${count} seeds from ${first}: ${JSON.stringify(total)}`)
  }
)
