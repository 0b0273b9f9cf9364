import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import type { StopRequest } from '../../exit-codes.ts'
import type { ClockSetter } from '../../system/clock-setter.ts'
import { readDiskSpace } from '../../system/disk-space.ts'
import type { LogBuffer, LogLevel, LogLine } from '../../system/log-buffer.ts'
import { LOG_LEVELS } from '../../system/log-buffer.ts'
import { readClockSource, readMachine } from '../../system/machine.ts'
import { VERSION } from '../../version.ts'
import type { Health, SystemService } from '../services.ts'
import type { LogLineView, SystemView } from '../system-schemas.ts'
import type { SupportBundle } from './support-bundle.ts'

const compress = promisify(gzip)

/** What the coordinator sees of the machine, and asks of it. */
export class SystemDesk implements SystemService {
  readonly #hub: { name: () => string; startedAt: string; directory: string }
  readonly #health: () => Promise<Health>
  readonly #log: LogBuffer
  readonly #clock: Clock
  readonly #clockSetter: ClockSetter
  readonly #bundle: SupportBundle
  readonly #onStop: (request: StopRequest) => void

  constructor(parts: {
    hub: { name: () => string; startedAt: string; directory: string }
    health: () => Promise<Health>
    log: LogBuffer
    clock: Clock
    clockSetter: ClockSetter
    bundle: SupportBundle
    onStop: (request: StopRequest) => void
  }) {
    this.#hub = parts.hub
    this.#health = parts.health
    this.#log = parts.log
    this.#clock = parts.clock
    this.#clockSetter = parts.clockSetter
    this.#bundle = parts.bundle
    this.#onStop = parts.onStop
  }

  async report(): Promise<SystemView> {
    const [machine, storage, source, health] = await Promise.all([
      readMachine(),
      readDiskSpace(this.#hub.directory),
      readClockSource(),
      this.#health()
    ])
    return {
      version: VERSION,
      startedAt: this.#hub.startedAt,
      hubUptimeSeconds: Math.round(process.uptime()),
      machineUptimeSeconds: machine.uptimeSeconds,
      load: machine.load,
      memory: machine.memory,
      storage,
      temperatureCelsius: machine.temperatureCelsius,
      clock: {
        now: new Date(this.#clock.now()).toISOString(),
        source,
        canBeSet: this.#clockSetter.available
      },
      health: { serving: health.serving, reason: health.serving ? null : health.reason }
    }
  }

  async log({ level, limit }: { level: LogLevel; limit: number }): Promise<LogLineView[]> {
    return this.#log.recent({ level, limit }).map(lineView)
  }

  async setClock(time: number): Promise<void> {
    await this.#clockSetter.set(time)
  }

  async supportBundle({ names }: { names: boolean }): Promise<Buffer> {
    const content = await this.#bundle.content({ names, system: await this.report() })
    return compress(JSON.stringify(content, null, 1))
  }

  stop(request: 'restart' | 'shutdown'): void {
    this.#onStop(request)
  }

  reset(confirmation: string): void {
    const name = this.#hub.name()
    if (confirmation.trim().normalize('NFC') !== name.normalize('NFC')) {
      throw new WaystationError('CONFIRMATION_WRONG', `Type the name of the hub: ${name}`)
    }
    this.#onStop('reset')
  }
}

function lineView({ level, time, msg, part, ...fields }: LogLine): LogLineView {
  return {
    time: new Date(time).toISOString(),
    level: levelName(level),
    part: typeof part === 'string' ? part : null,
    message: msg,
    fields: JSON.stringify(fields)
  }
}

function levelName(level: number): LogLevel {
  const names = Object.keys(LOG_LEVELS) as LogLevel[]
  return names.findLast((name) => LOG_LEVELS[name] <= level) ?? 'debug'
}
