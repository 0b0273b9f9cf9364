import type { Random } from '../support/random.ts'
import type { Coverage } from './coverage.ts'
import { mutated } from './mutations.ts'

/** Reading the coverage takes longer than parsing hundreds of inputs: it is read once for so many. */
const BATCH = 1_000

export interface Exploration {
  /** The inputs that ran code which those before them did not. */
  corpus: Buffer[]
  executions: number
  blocks: number
  /** The first input on which the target threw, with what it threw. */
  finding: { input: Buffer; error: unknown } | null
}

/**
 * Searches for an input on which `target` throws: changes inputs at random, and keeps those that reach new code to change
 * them further.
 * @param options.seeds inputs to begin with, at least one
 */
export function explore(
  target: (input: Buffer) => void,
  options: { seeds: readonly Buffer[]; executions: number; random: Random; coverage: Coverage }
): Exploration {
  const { seeds, random, coverage } = options
  const seen = new Set<string>()
  const result: Exploration = { corpus: [], executions: 0, blocks: 0, finding: null }
  const runs = (input: Buffer) => {
    result.executions++
    try {
      target(input)
    } catch (error) {
      result.finding ??= { input, error }
    }
  }
  const reachesNewCode = (inputs: readonly Buffer[]) => {
    inputs.forEach(runs)
    return coverage.take().some((block) => !seen.has(block))
  }
  /** Halves what reached new code until the inputs that did are alone. */
  const keepWhatGrows = (inputs: readonly Buffer[]) => {
    const [input] = inputs
    if (input === undefined) return
    if (inputs.length > 1) {
      const middle = inputs.length >> 1
      for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
        if (reachesNewCode(half)) keepWhatGrows(half)
      }
      return
    }
    runs(input)
    coverage.take().forEach((block) => seen.add(block))
    result.corpus.push(input)
  }
  coverage.take()
  if (reachesNewCode(seeds)) keepWhatGrows(seeds)
  while (result.finding === null && result.executions < options.executions) {
    const parents = result.corpus.length > 0 ? result.corpus : seeds
    const batch = Array.from({ length: BATCH }, () =>
      mutated(random.pick(parents), random.pick(parents), random)
    )
    if (reachesNewCode(batch)) keepWhatGrows(batch)
  }
  result.blocks = seen.size
  return result
}
