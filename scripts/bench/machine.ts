import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** Where and of what a figure was measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly kernel: string
  readonly node: string
  /** Abbreviated; ends in `-dirty` when the checkout has changes that are not committed. */
  readonly commit: string
  /** Processes that wanted a core in the minute before: anything near the number of cores makes times worthless. */
  readonly loadBefore: number
}

export function thisMachine(): Machine {
  const processors = cpus()
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    loadBefore: Number(loadavg()[0]?.toFixed(2))
  }
}
