import { readFile } from 'node:fs/promises'
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
import { newWishId, WishBox } from '../wish-box.ts'
import { defaultRouteInterface } from './default-route.ts'
import { NO_UPLINK, type UplinkSettings } from './uplink-settings.ts'
import { Uplink, type OtherNetwork, type TownWifi, type UplinkState } from './uplink.ts'

const LOOK_MS = 2_000
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
  readonly #wishes: WishBox<UplinkRequest, UplinkAnswer>
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
    this.#wishes = new WishBox({
      requestFile: join(REQUEST_DIRECTORY, UPLINK_REQUEST_FILE),
      answerFile: join(HOST_DIRECTORY, UPLINK_ANSWER_FILE),
      isAtWork: () => isAtWork(UPLINK_SERVICE),
      clock
    })
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
    await this.#ask().catch((error: unknown) => this.#fail('not-applied', String(error)))
  }

  scan(): Promise<readonly TownWifi[]> {
    if (this.#scanning !== null) return this.#scanning.heard
    let end: Scanning['end'] = () => {}
    const heard = new Promise<readonly TownWifi[]>((resolve, reject) => {
      end = (result) => {
        this.#scanning = null
        if (result instanceof WaystationError) reject(result)
        else resolve(result)
      }
    })
    this.#scanning = { heard, end }
    this.#ask().catch(() => end(new WaystationError('UPLINK_NOT_ANSWERING')))
    return heard
  }

  async otherNetworks(): Promise<readonly OtherNetwork[]> {
    const names = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.some(({ family, internal }) => family === 'IPv4' && !internal) ? [name] : []
    )
    const others = names.filter((name) => name !== this.#ownInterface())
    return Promise.all(
      others.map(async (interfaceName) => ({ interfaceName, via: await viaOf(interfaceName) }))
    )
  }

  protected override async _open(): Promise<void> {
    this.#timer = this.#clock.every(LOOK_MS, () => this.#lookSoon())
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
    await this.#looking
    this.#scanning?.end(new WaystationError('UPLINK_NOT_ANSWERING'))
  }

  /** Whoever waits for a scan waits for that of the last wish: one that is overtaken may never be looked at. */
  async #ask(): Promise<void> {
    this.#retry.tried()
    await this.#wishes.place({ id: newWishId(), settings: this.#settings, scan: this.#scanning !== null })
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
    const answer = await this.#wishes.answer()
    const isLate = answer === null && this.#wishes.placed !== null && (await this.#wishes.isLate())
    this.#endScan(answer, isLate)
    // Who asked for a Wi-Fi is told how that stands, also while there is a cable.
    if (route !== null && (route.via === 'wifi' || this.#settings.wifi === null)) {
      this.#retry.reset()
      return this.#become({ kind: 'up', ...route })
    }
    if (this.#settings.wifi === null) return this.#become({ kind: 'none' })
    if (isLate) return this.#fail('not-applied', null)
    if (answer === null) return
    const { problem, detail } = answer
    if (problem !== null) await this.#fail(problem, detail)
    // It was joined, and is gone since: NetworkManager tries by itself, and after a while the wish is placed again.
    else await this.#fail('not-heard', null)
  }

  #endScan(answer: UplinkAnswer | null, isLate: boolean): void {
    const scanning = this.#scanning
    if (scanning === null) return
    const { placed } = this.#wishes
    const isScanned = answer !== null && answer.id === placed?.id && placed.scan
    if (isScanned) scanning.end(answer.heard ?? new WaystationError('UPLINK_NO_RADIO'))
    else if (isLate) scanning.end(new WaystationError('UPLINK_NOT_ANSWERING'))
  }

  /** A way out that came brings its name servers; a radio that came may join; the own Wi-Fi may have moved to another radio. */
  async #noticeSurroundings(interfaceName: string | null): Promise<void> {
    const surroundings = JSON.stringify([interfaceName, this.#ownInterface(), await radiosThere()])
    const isFirst = this.#surroundings === ''
    if (surroundings === this.#surroundings) return
    this.#surroundings = surroundings
    const isIdle = interfaceName === null && this.#settings.wifi === null && !this.#settings.clock
    if (isIdle || (isFirst && this.#wishes.placed !== null)) return
    await this.#ask()
  }

  async #route() {
    const text = await readFile('/proc/net/route', 'utf8').catch(() => '')
    const interfaceName = defaultRouteInterface(text)
    if (interfaceName === null || interfaceName === this.#ownInterface()) return null
    const addresses = networkInterfaces()[interfaceName] ?? []
    const address = addresses.find(({ family }) => family === 'IPv4')?.address ?? null
    return { via: await viaOf(interfaceName), interfaceName, address }
  }

  async #fail(problem: UplinkAnswer['problem'] & string, detail: string | null): Promise<void> {
    this.#become({ kind: 'failed', problem, detail })
    if (this.#retry.isOver()) await this.#ask()
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

async function viaOf(interfaceName: string): Promise<OtherNetwork['via']> {
  return (await isWireless(interfaceName)) ? 'wifi' : 'cable'
}
