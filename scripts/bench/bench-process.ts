// Runs the one benchmark that its argument names and gives the result to the process that forked it. A process for each, so that
// what one has used is not counted for the next.
import type { BenchResult } from './result.ts'

const { run } = (await import(`./${process.argv[2]}.ts`)) as { run: () => Promise<BenchResult> }
const result = await run()
process.send?.(result, () => process.exit(0))
