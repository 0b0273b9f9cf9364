import { readFile, writeFile } from 'node:fs/promises'
import type { HubProcess } from '../support/hub-process.ts'

export const MEBIBYTE = 1024 * 1024

/** Resident memory of the hub: now, and the most since {@link forgetPeak}. */
export async function memoryOf(hub: HubProcess): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${hub.pid}/status`, 'utf8')
  const bytesOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
  return { now: bytesOf('VmRSS'), peak: bytesOf('VmHWM') }
}

export async function forgetPeak(hub: HubProcess): Promise<void> {
  await writeFile(`/proc/${hub.pid}/clear_refs`, '5')
}
