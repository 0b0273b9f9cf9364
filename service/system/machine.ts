import { access, readFile } from 'node:fs/promises'
import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os'

/** How the machine is that the hub runs on. */
export interface MachineReport {
  readonly uptimeSeconds: number
  /** Of all processors together, over the last minute: 1 is all of them busy. */
  readonly load: number
  readonly memory: { readonly hubBytes: number; readonly freeBytes: number; readonly totalBytes: number }
  /** Of the processor; null where the machine has no sensor that tells. */
  readonly temperatureCelsius: number | null
}

/** Where Linux tells the temperature of a board's processor, in thousandths of a degree. */
const TEMPERATURE_FILE = '/sys/class/thermal/thermal_zone0/temp'

/** Written by systemd-timesyncd once it has heard a time server. */
const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized'
const HARDWARE_CLOCK = '/dev/rtc0'

/** What the machine's clock goes by: a time server, a clock with a battery, or nothing at all. */
export type ClockSource = 'network' | 'battery' | 'none'

export async function readMachine(): Promise<MachineReport> {
  return {
    uptimeSeconds: Math.round(uptime()),
    load: (loadavg()[0] ?? 0) / cpus().length,
    memory: { hubBytes: process.memoryUsage().rss, freeBytes: freemem(), totalBytes: totalmem() },
    temperatureCelsius: await readTemperature()
  }
}

export async function readClockSource(): Promise<ClockSource> {
  if (await isThere(SYNCHRONIZED_FILE)) return 'network'
  return (await isThere(HARDWARE_CLOCK)) ? 'battery' : 'none'
}

async function readTemperature(): Promise<number | null> {
  const text = await readFile(TEMPERATURE_FILE, 'utf8').catch(() => null)
  const thousandths = Number(text ?? Number.NaN)
  return Number.isFinite(thousandths) ? Math.round(thousandths / 100) / 10 : null
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
