import { randomInt } from 'node:crypto'
import t from 'tap'
import { Random } from '../support/random.ts'
import { readCorpus, writeCorpus } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { explore, type Exploration } from './explore.ts'
import { FUZZ_TARGETS } from './targets.ts'

// Inputs per parser: five minutes in all. `npm run fuzz` runs fifty times as many, and keeps what reaches new code in the corpus.
const executions = Number(process.env.FUZZ_EXECUTIONS ?? 200_000)
const keeps = process.env.FUZZ_KEEP === '1'
// The short form repeats itself, so that a change is judged by what it changed; the long one searches elsewhere each time.
const seed = Number(process.env.FUZZ_SEED ?? (keeps ? randomInt(2 ** 31) : 1))

const coverage = new Coverage()
coverage.start()
t.teardown(() => coverage.stop())

for (const { name, run, seeds } of FUZZ_TARGETS) {
  t.test(`nothing that a peer or a driver sends makes the parser of "${name}" break (seed ${seed})`, (t) => {
    const kept = readCorpus(name)
    t.ok(seeds.length > 0, 'there is a real input to begin with')
    const random = new Random(seed)
    const found = explore(run, { seeds: [...seeds, ...kept], executions, random, coverage })
    t.comment(`${found.executions} inputs, ${found.blocks} blocks of code, ${found.corpus.length} kept`)
    t.ok(found.executions >= executions || found.finding !== null)
    t.equal(found.finding, null, describe(found.finding))
    if (keeps) writeCorpus(name, found.corpus)
    t.end()
  })
}

/** What to add to the corpus when it is mended. */
function describe(finding: Exploration['finding']): string {
  return finding === null
    ? 'no input breaks it'
    : `${finding.input.toString('hex')}: ${String(finding.error)}`
}

t.test('a parser that breaks on a rare input is found', (t) => {
  const run = (input: Buffer) => {
    if (input[0] === 0x0a && input[1] === 0x80 && input.length > 6) throw new TypeError('broken')
  }
  const found = explore(run, {
    seeds: [Buffer.from('seed')],
    executions: 500_000,
    random: new Random(1),
    coverage
  })
  t.match(found.finding?.error, new TypeError('broken'))
  t.end()
})
