import { setFlagsFromString } from 'node:v8'

/**
 * How much the heap may grow over what is in use before it is cleared up. By itself the engine lets it grow by 300 % on a large
 * machine: there buffers of peers who have gone filled 60 MiB before anybody looked. At 40 %, which is what it takes on a machine
 * of 1 GiB, clearing up costs a quarter more CPU.
 */
const HEAP_GROWTH_PERCENT = 100

/**
 * How much a function runs before it is optimized, fifteen times as much as by the engine's own setting. A hub rests for hours and
 * works for seconds: in a visit by a phone, optimizing took nearly half of its CPU and was hardly used before the phone had gone.
 */
const CALLS_BEFORE_OPTIMIZING = 45_000
/** V8 before version 12 (Node.js 20) counts bytes of bytecode. */
const BUDGET_BEFORE_OPTIMIZING = 1_000_000

/** V8 takes a browser's page or a large server's load to be what it runs. Call before the hub is loaded. */
export function suitEngineToHub(): void {
  const [major] = process.versions.v8.split('.').map(Number) as [number]
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`)
  setFlagsFromString(
    major < 12
      ? `--interrupt-budget=${BUDGET_BEFORE_OPTIMIZING}`
      : `--invocation-count-for-turbofan=${CALLS_BEFORE_OPTIMIZING}`
  )
}
