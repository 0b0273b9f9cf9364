import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import { GrowingDelay } from '../growing-delay.ts'
import { isWireless, radiosThere } from '../host/interfaces.ts'
import { HOST_DIRECTORY, REQUEST_DIRECTORY } from '../host/request.ts'
import { isAtWork, UPLINK_SERVICE } from '../host/units.ts'
import {
  UPLINK_ANSWER_FILE,
  UPLINK_REQUEST_FILE,
  type UplinkAnswer,
  type UplinkRequest
} from '../host/uplink-request.ts'
import { defaultRouteInterface } from './default-route.ts'
import { NO_UPLINK, type UplinkSettings } from './uplink-settings.ts'
import { Uplink, type TownWifi, type UplinkState } from './uplink.ts'

const LOOK_MS = 2_000
/** How long the service may take to begin with a wish. */
const ANSWER_LIMIT_MS = 60_000
/** Between two tries to join: a town may come into reach. */
const RETRY_FIRST_MS = 15_000
const RETRY_MAX_MS = 10 * 60_000

export interface HostUplinkParts {
  /** Of the hub's own Wi-Fi, which is no way out; null while there is none. */
  readonly ownInterface: () => string | null
  readonly clock: Clock
  readonly logger: Logger
}

interface Scanning {
  readonly id: string
  readonly heard: Promise<readonly TownWifi[]>
  readonly end: (heard: readonly TownWifi[] | WaystationError) => void
}

/**
 * The real way out. waystation-uplink.service joins Wi-Fi and starts the time service, on wishes that it takes from a file; a
 * cable is taken up by systemd-networkd. Whether there is a way out, the routes of the machine tell.
 */
export class HostUplink extends Uplink {
  readonly #ownInterface: () => string | null
  readonly #clock: Clock
  readonly #logger: Logger
  #state: UplinkState = { kind: 'none' }
  #settings: UplinkSettings = NO_UPLINK
  #askedId: string | null = null
  #askedAt = 0
  #answer: UplinkAnswer | null = null
  #scanning: Scanning | null = null
  /** What an answer depends on besides the wish: when it changes, the wish is placed again. */
  #surroundings = ''
  readonly #retry: GrowingDelay
  #timer: Timer | null = null
  #looking: Promise<void> = Promise.resolve()

  constructor({ ownInterface, clock, logger }: HostUplinkParts) {
    super()
    this.#ownInterface = ownInterface
    this.#clock = clock
    this.#logger = logger
    this.#retry = new GrowingDelay({ clock, firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS })
  }

  get state(): UplinkState {
    return this.#state
  }

  async want(settings: UplinkSettings): Promise<void> {
    const before = this.#settings
    this.#settings = settings
    // A hub that never had a way out, and wants none, starts nothing.
    if (JSON.stringify(before) === JSON.stringify(settings)) return
    this.#retry.reset()
    if (settings.wifi !== null && JSON.stringify(before.wifi) !== JSON.stringify(settings.wifi)) {
      this.#become({ kind: 'joining' })
    }
    await this.#ask({ scan: false })
  }

  scan(): Promise<readonly TownWifi[]> {
    if (this.#scanning !== null) return this.#scanning.heard
    const id = newId()
    let end: Scanning['end'] = () => {}
    const heard = new Promise<readonly TownWifi[]>((resolve, reject) => {
      end = (result) => {
        this.#scanning = null
        if (result instanceof WaystationError) reject(result)
        else resolve(result)
      }
    })
    this.#scanning = { id, heard, end }
    this.#ask({ scan: true, id }).catch(() => end(new WaystationError('UPLINK_NOT_ANSWERING')))
    return heard
  }

  protected override async _open(): Promise<void> {
    this.#timer = this.#clock.every(LOOK_MS, () => this.#lookSoon())
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
    await this.#looking
    this.#scanning?.end(new WaystationError('UPLINK_NOT_ANSWERING'))
  }

  /** Under its name only when it is whole: the service looks when it is told of the name. */
  async #ask({ scan, id = newId() }: { scan: boolean; id?: string }): Promise<void> {
    const request: UplinkRequest = { id, settings: this.#settings, scan }
    this.#askedId = id
    this.#askedAt = this.#clock.monotonic()
    this.#retry.tried()
    const path = join(REQUEST_DIRECTORY, UPLINK_REQUEST_FILE)
    await writeFile(`${path}.${id}`, JSON.stringify(request), { mode: 0o600 })
    await rename(`${path}.${id}`, path)
  }

  #lookSoon(): void {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((err: unknown) => this.#logger.error({ err }, 'looking at the way out failed'))
  }

  async #look(): Promise<void> {
    if (this.closing !== null) return
    const route = await this.#route()
    await this.#noticeSurroundings(route?.interfaceName ?? null)
    const answer = await readAnswer()
    if (answer !== null && answer.id === this.#askedId) this.#answer = answer
    const isAnswered = this.#askedId === null || this.#answer?.id === this.#askedId
    const isOverdue = !isAnswered && this.#clock.monotonic() - this.#askedAt > ANSWER_LIMIT_MS
    const isLate = isOverdue && !(await isAtWork(UPLINK_SERVICE))
    this.#endScan(isLate)
    // Who asked for a Wi-Fi is told how that stands, also while there is a cable.
    if (route !== null && (route.via === 'wifi' || this.#settings.wifi === null)) {
      this.#retry.reset()
      return this.#become({ kind: 'up', ...route })
    }
    if (this.#settings.wifi === null) return this.#become({ kind: 'none' })
    if (isLate) return this.#fail('not-applied', null)
    if (!isAnswered || this.#answer === null) return
    const { problem, detail } = this.#answer
    if (problem !== null) await this.#fail(problem, detail)
    // It was joined, and is gone since: NetworkManager tries by itself, and after a while the wish is placed again.
    else await this.#fail('not-heard', null)
  }

  #endScan(isLate: boolean): void {
    const scanning = this.#scanning
    if (scanning === null) return
    if (this.#answer?.id === scanning.id) {
      scanning.end(this.#answer.heard ?? new WaystationError('UPLINK_NO_RADIO'))
    } else if (isLate) scanning.end(new WaystationError('UPLINK_NOT_ANSWERING'))
  }

  /** A way out that came brings its name servers; a radio that came may join; the own Wi-Fi may have moved to another radio. */
  async #noticeSurroundings(interfaceName: string | null): Promise<void> {
    const surroundings = JSON.stringify([interfaceName, this.#ownInterface(), await radiosThere()])
    const isFirst = this.#surroundings === ''
    if (surroundings === this.#surroundings) return
    this.#surroundings = surroundings
    const isIdle = interfaceName === null && this.#settings.wifi === null && !this.#settings.clock
    if (this.#scanning !== null || isIdle || (isFirst && this.#askedId !== null)) return
    await this.#ask({ scan: false })
  }

  async #route() {
    const text = await readFile('/proc/net/route', 'utf8').catch(() => '')
    const interfaceName = defaultRouteInterface(text)
    if (interfaceName === null || interfaceName === this.#ownInterface()) return null
    const via = (await isWireless(interfaceName)) ? ('wifi' as const) : ('cable' as const)
    const addresses = networkInterfaces()[interfaceName] ?? []
    const address = addresses.find(({ family }) => family === 'IPv4')?.address ?? null
    return { via, interfaceName, address }
  }

  async #fail(problem: UplinkAnswer['problem'] & string, detail: string | null): Promise<void> {
    this.#become({ kind: 'failed', problem, detail })
    if (this.#retry.isOver() && this.#scanning === null) await this.#ask({ scan: false })
  }

  #become(state: UplinkState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    this.#logger.info(
      {
        state: state.kind,
        ...(state.kind === 'failed' && { problem: state.problem, detail: state.detail })
      },
      'the way out'
    )
    this.emit('state-changed', state)
  }
}

async function readAnswer(): Promise<UplinkAnswer | null> {
  const text = await readFile(join(HOST_DIRECTORY, UPLINK_ANSWER_FILE), 'utf8').catch(() => '')
  // Written whole by our own service under this very type.
  return text === '' ? null : (JSON.parse(text) as UplinkAnswer)
}

function newId(): string {
  return randomBytes(8).toString('hex')
}
