import { readFile } from 'node:fs/promises'

/** What one process has used. */
export interface ProcessUsage {
  /** Of all its threads since it started, user and system. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** The highest resident size since it started. */
  readonly peakRssBytes: number
}

/** The kernel counts these in hundredths of a second whatever its own tick is (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100

/** Asks the kernel, so that the process itself is not disturbed. Linux only. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8')
  ])
  // The name, second and in parentheses, may hold spaces: fields are counted from behind it. utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssBytes: kilobytes(status, 'VmRSS') * 1024,
    peakRssBytes: kilobytes(status, 'VmHWM') * 1024
  }
}

/** CPU seconds of several processes together. */
export async function cpuSecondsOf(pids: readonly number[]): Promise<number> {
  const usages = await Promise.all(pids.map(usageOf))
  return usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
}

function kilobytes(status: string, field: string): number {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
  if (value === undefined) throw new Error(`the kernel does not tell ${field}`)
  return Number(value)
}
