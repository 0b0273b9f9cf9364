import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ipaddr from 'ipaddr.js'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import {
  AccessPoint,
  type AccessPointState,
  type NetworkProblem,
  type Radio,
  type Station
} from './access-point.ts'
import { GrowingDelay } from './growing-delay.ts'
import { runCommand } from './host/host-commands.ts'
import { hostapdUnit } from './plan/hostapd-conf.ts'
import { radiosThere } from './host/interfaces.ts'
import { isAtWork, NETWORK_SERVICE } from './host/units.ts'
import {
  ANSWER_FILE,
  HOST_DIRECTORY,
  LEASE_FILE,
  REQUEST_DIRECTORY,
  REQUEST_FILE,
  type NetworkAnswer,
  type NetworkRequest
} from './host/request.ts'
import { parseLeases } from './leases.ts'
import { bandOf } from './settings-rules.ts'
import { restartsRadio, type NetworkSettings } from './network-settings.ts'
import { parseStations } from './radio/iw-text.ts'
import type { ServedPorts } from './plan/nftables-rules.ts'
import { newWishId, WishBox } from './wish-box.ts'

const LOOK_MS = 2_000
/** Between two tries to repair a network that is down. systemd restarts the programs by itself besides. */
const RETRY_FIRST_MS = 5_000
const RETRY_MAX_MS = 5 * 60_000
/** Between two looks at the channels while nobody is joined: others may have come on ours. */
const LOOK_AGAIN_MS = 30 * 60_000

export interface HostapdAccessPointParts {
  readonly ports: () => ServedPorts
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * The real access point: hostapd and dnsmasq, run by systemd and set up by waystation-network.service, which takes the wishes
 * of the hub from a file. The hub looks every two seconds at what the machine says, as any user may.
 */
export class HostapdAccessPoint extends AccessPoint {
  readonly #ports: () => ServedPorts
  readonly #clock: Clock
  readonly #logger: Logger
  #state: AccessPointState = { kind: 'starting' }
  #stations: readonly Station[] = []
  #radio: Radio | null = null
  #settings: NetworkSettings | null = null
  readonly #wishes: WishBox<NetworkRequest, NetworkAnswer>
  #answer: NetworkAnswer | null = null
  #radios = ''
  readonly #retry: GrowingDelay
  #timer: Timer | null = null
  #looking: Promise<void> = Promise.resolve()

  constructor({ ports, clock, logger }: HostapdAccessPointParts) {
    super()
    this.#ports = ports
    this.#clock = clock
    this.#logger = logger
    this.#wishes = new WishBox({
      requestFile: join(REQUEST_DIRECTORY, REQUEST_FILE),
      answerFile: join(HOST_DIRECTORY, ANSWER_FILE),
      isAtWork: () => isAtWork(NETWORK_SERVICE),
      clock
    })
    this.#retry = new GrowingDelay({ clock, firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS })
  }

  get state(): AccessPointState {
    return this.#state
  }

  get radio(): Radio | null {
    return this.#radio
  }

  get stations(): readonly Station[] {
    return this.#stations
  }

  get interfaceName(): string | null {
    return this.#answer?.interfaceName ?? null
  }

  async apply(settings: NetworkSettings): Promise<void> {
    const before = this.#settings
    this.#settings = settings
    if (before === null || restartsRadio(before, settings)) this.#become({ kind: 'starting' })
    this.#retry.reset()
    // Phones on a cable are served also by a hub that cannot say what Wi-Fi it wishes.
    await this.#ask().catch((error: unknown) => this.#fail('not-applied', String(error)))
  }

  isOnNetwork(address: string): boolean {
    if (this.#answer === null || !ipaddr.IPv4.isValid(address)) return false
    const bits = ipaddr.IPv4.parse(this.#answer.netmask).prefixLengthFromSubnetMask() ?? 32
    return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(this.#answer.address), bits)
  }

  protected override async _open(): Promise<void> {
    this.#timer = this.#clock.every(LOOK_MS, () => this.#lookSoon())
  }

  protected override async _close(): Promise<void> {
    this.#timer?.clear()
    await this.#looking
  }

  async #ask(): Promise<void> {
    if (this.#settings === null) return
    const settings: NetworkRequest['settings'] & { uplink?: unknown } = { ...this.#settings }
    delete settings.uplink
    this.#retry.tried()
    await this.#wishes.place({ id: newWishId(), settings, ports: this.#ports() })
  }

  #lookSoon(): void {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((err: unknown) => this.#logger.error({ err }, 'looking at the network failed'))
  }

  async #look(): Promise<void> {
    if (this.#wishes.placed === null || this.closing !== null) return
    const radios = await radiosThere()
    // A radio that has been plugged in is worth a try at once.
    if (radios !== this.#radios && this.#radios !== '' && this.#isRadioMissed()) await this.#ask()
    this.#radios = radios
    const answer = await this.#wishes.answer()
    if (answer === null) {
      if (await this.#wishes.isLate()) await this.#fail('not-applied', null)
      return
    }
    if (this.#answer?.id !== answer.id) {
      this.#logger.info({ channel: answer.channel, reason: answer.channelReason }, 'the network was set up')
    }
    this.#answer = answer
    this.#radio = answer.radio ?? this.#radio
    if (answer.problem !== null) return this.#fail(answer.problem, answer.detail)
    await this.#lookAtRunning(answer)
  }

  async #lookAtRunning(answer: NetworkAnswer): Promise<void> {
    const { radio } = answer
    const settings = this.#wishes.placed?.settings
    if (radio === null || settings === undefined) return
    if (!this.#radios.split(' ').includes(radio.interfaceName)) return this.#fail('no-radio', null)
    const radios = [radio, ...(answer.second === null ? [] : [answer.second])]
    const [hostapd, dnsmasq, first, second, dumps] = await Promise.all([
      isActive(hostapdUnit(radio.interfaceName)),
      isActive('waystation-dnsmasq.service'),
      isOnAir(radio.interfaceName),
      answer.second !== null && isOnAir(answer.second.interfaceName),
      Promise.all(radios.map(({ interfaceName }) => stationDump(interfaceName)))
    ])
    await this.#takeStations(dumps.join(''))
    if (!first) {
      if (await isBlocked()) return this.#fail('radio-blocked', null)
      // Just started: it needs a moment to be heard.
      if (this.#state.kind === 'starting' && hostapd) return
      return this.#fail('radio-failed', null)
    }
    const limit = settings.clientLimit ?? radio.clientLimit
    const running = {
      interfaceName: answer.interfaceName ?? radio.interfaceName,
      ssid: settings.ssid,
      channel: answer.channel,
      band: answer.channel === null ? null : bandOf(answer.channel),
      wpa3: radio.wpa3,
      isolation: settings.isolation,
      clientLimit: limit === null ? null : limit * (second ? 2 : 1),
      second: second ? answer.second : null,
      address: answer.address,
      netmask: answer.netmask,
      channelReason: answer.channelReason
    }
    if (!dnsmasq)
      return this.#become({ kind: 'degraded', running, problem: 'addresses-failed', detail: null })
    if (settings.secondRadio && !second) {
      this.#become({ kind: 'degraded', running, problem: 'second-radio-failed', detail: answer.detail })
      return this.#tryAgain()
    }
    this.#retry.reset()
    this.#become({ kind: 'up', running })
    const isDue = this.#wishes.age > LOOK_AGAIN_MS
    if (isDue && settings.channel === 'auto' && this.#stations.length === 0) await this.#ask()
  }

  async #takeStations(dump: string): Promise<void> {
    const leases = parseLeases(await readText(join(HOST_DIRECTORY, LEASE_FILE)))
    const before = JSON.stringify(this.#stations.map(({ mac, address }) => [mac, address]))
    this.#stations = parseStations(dump)
      .filter(({ authorized }) => authorized)
      .map(({ mac, signalDbm, rateMbps, idleMs, connectedMs, receivedBytes, sentBytes }) => {
        const { address = null, hostname = null } = leases.get(mac) ?? {}
        return { mac, address, hostname, signalDbm, rateMbps, idleMs, connectedMs, receivedBytes, sentBytes }
      })
    const after = JSON.stringify(this.#stations.map(({ mac, address }) => [mac, address]))
    if (before !== after) this.emit('stations-changed', this.#stations)
  }

  #isRadioMissed(): boolean {
    const state = this.#state
    return state.kind === 'down' || (state.kind === 'degraded' && state.problem === 'second-radio-failed')
  }

  /** Says what is wrong, and tries again after a while that grows. */
  async #fail(problem: NetworkProblem, detail: string | null): Promise<void> {
    if (problem === 'no-radio') await this.#takeStations('')
    this.#become({ kind: 'down', problem, detail })
    await this.#tryAgain()
  }

  /** Places the wish again, after a while that grows from one time to the next. */
  async #tryAgain(): Promise<void> {
    if (this.#retry.isOver()) await this.#ask()
  }

  #become(state: AccessPointState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    this.#logger.info({ state: state.kind, ...('problem' in state && { problem: state.problem }) }, 'network')
    this.emit('state-changed', state)
  }
}

async function isBlocked(): Promise<boolean> {
  const directory = '/sys/class/rfkill'
  for (const entry of await readdir(directory).catch(() => [])) {
    const is = async (file: string) => (await readText(join(directory, entry, file))).trim()
    if ((await is('type')) === 'wlan' && ((await is('soft')) === '1' || (await is('hard')) === '1'))
      return true
  }
  return false
}

async function isOnAir(interfaceName: string): Promise<boolean> {
  const operstate = await readText(`/sys/class/net/${interfaceName}/operstate`)
  return operstate.trim() === 'up' && (await isActive(hostapdUnit(interfaceName)))
}

/** @returns nothing where there is no such interface */
function stationDump(interfaceName: string): Promise<string> {
  return runCommand('iw', 'dev', interfaceName, 'station', 'dump').catch(() => '')
}

async function isActive(unit: string): Promise<boolean> {
  const state = await runCommand('systemctl', 'show', '--property=ActiveState', '--value', unit).catch(
    () => ''
  )
  return state.trim() === 'active'
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
