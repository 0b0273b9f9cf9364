import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'

/** How often within the time that the manager waits for a sign of life. One may be late, or lost. */
const SIGNS_PER_WAIT = 3

/** Sends a message of sd_notify(3). */
export type Notify = (message: string) => Promise<void>

/**
 * Tells systemd that the hub is up, and that it is still alive: a process whose event loop hangs is ended and started again.
 * Node has no datagram sockets of the local kind, so systemd's own command speaks for it; the unit says NotifyAccess=all.
 */
export class ServiceManager {
  readonly #notify: Notify
  readonly #waitMs: number | null
  readonly #clock: Clock
  readonly #logger: Logger
  #timer: Timer | null = null

  /** @param parts.waitMs how long the manager waits for a sign of life; null when it does not */
  constructor(parts: { notify: Notify; waitMs: number | null; clock: Clock; logger: Logger }) {
    this.#notify = parts.notify
    this.#waitMs = parts.waitMs
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  /** @returns one that tells nobody where no manager listens */
  static of(env: NodeJS.ProcessEnv, parts: { clock: Clock; logger: Logger }): ServiceManager {
    const listens = env['NOTIFY_SOCKET'] !== undefined && env['NOTIFY_SOCKET'] !== ''
    const waitMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1000
    return new ServiceManager({
      ...parts,
      notify: listens ? systemdNotify : async () => {},
      waitMs: listens && waitMs > 0 ? waitMs : null
    })
  }

  /** The hub is open, and from now on gives signs of life. @param status one line for `systemctl status` */
  ready(status: string): void {
    this.#tell(`READY=1`, `STATUS=${status}`)
    if (this.#waitMs === null) return
    this.#timer = this.#clock.every(this.#waitMs / SIGNS_PER_WAIT, () => this.#tell('WATCHDOG=1'))
  }

  stopping(): void {
    this.#timer?.clear()
    this.#tell('STOPPING=1')
  }

  #tell(...messages: string[]): void {
    for (const message of messages) {
      this.#notify(message).catch((err: unknown) =>
        this.#logger.warn({ err }, 'the service manager could not be told')
      )
    }
  }
}

async function systemdNotify(message: string): Promise<void> {
  await promisify(execFile)('systemd-notify', [message])
}
