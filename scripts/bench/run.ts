// `npm run bench` runs all benchmarks, `npm run bench -- star relay` those that are named. Prints a table for each and leaves
// the figures, and where they were measured, in bench-results/NAME.json. Needs what `npm run build` and
// `npm run phones:install` make. docs/benchmarks.md says what each measures.
import { fork } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { formatTable } from '../../service/cli/table.ts'
import { thisMachine } from './machine.ts'
import type { BenchResult } from './result.ts'

const BENCHES = ['star', 'relay', 'floor', 'idle', 'crowd', 'flood', 'mirror', 'page'] as const
const RESULTS = fileURLToPath(new URL('../../bench-results', import.meta.url))

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !BENCHES.some((bench) => bench === name))
if (unknown.length > 0) {
  process.stderr.write(`no benchmark is called ${unknown.join(', ')}: there are ${BENCHES.join(', ')}\n`)
  process.exit(2)
}

await mkdir(RESULTS, { recursive: true })
for (const name of asked.length > 0 ? asked : BENCHES) {
  const machine = thisMachine()
  const started = performance.now()
  const { rows, notes } = await runAlone(name)
  const took = Math.round((performance.now() - started) / 1000)
  const report = { name, date: new Date().toISOString(), took, machine, rows, notes }
  await writeFile(join(RESULTS, `${name}.json`), JSON.stringify(report, null, 2) + '\n')
  const { commit, node, cpu, cores, loadBefore } = machine
  process.stdout.write(
    `\n${styleText('bold', name)}  ${commit}, Node ${node}, ${cores} × ${cpu}, load ${loadBefore}, ${took} s\n`
  )
  const heading = Object.keys(rows[0] ?? {})
  process.stdout.write(
    formatTable(
      heading,
      rows.map((row) => heading.map((column) => String(row[column])))
    )
  )
  for (const note of notes) process.stdout.write(styleText('dim', `- ${note}\n`))
}

function runAlone(name: string): Promise<BenchResult> {
  const script = fileURLToPath(new URL('bench-process.ts', import.meta.url))
  const child = fork(script, [name], { execArgv: ['--import', 'tsx'] })
  return new Promise((resolve, reject) => {
    child.once('message', (result: BenchResult) => resolve(result))
    child.once('close', (code) => reject(new Error(`${name} failed (${code})`)))
  })
}
