import { setTimeout as wait } from 'node:timers/promises'
import wifi from 'node-wifi'
import type { UplinkWifi } from '../uplink/uplink-settings.ts'
import type { TownWifi, UplinkProblem } from '../uplink/uplink.ts'
import { runCommand } from './host-commands.ts'

/** node-wifi waits ten seconds for a network to be joined; with its address it takes longer on a small board. */
const JOIN_LIMIT_S = 60
const TAKE_LIMIT_S = 20
/** NetworkManager listens when it starts; it may be asked before it has heard anything, or all of it. */
const SCAN_TRIES = 10
/** States of a device: NMDeviceState of NetworkManager. */
const DISCONNECTED = 30
const CONNECTED = 100

export class JoinRefused extends Error {
  readonly problem: UplinkProblem
  constructor(problem: UplinkProblem, detail: string) {
    super(detail)
    this.problem = problem
  }
}

/** @param interfaceName of a radio that NetworkManager has @returns each name once, the strongest first */
export async function scanTown(interfaceName: string): Promise<TownWifi[]> {
  wifi.init({ iface: interfaceName })
  return asTown(await listen((found) => found.length > 0))
}

/** @returns what was heard when it was enough, or after a while */
async function listen(isEnough: (found: readonly { ssid: string }[]) => boolean) {
  let found = await wifi.scan()
  for (let tries = 1; !isEnough(found) && tries < SCAN_TRIES; tries++) {
    await wait(1_000)
    found = await wifi.scan()
  }
  return found
}

/** @param found as node-wifi reads it from nmcli, which puts a backslash before a colon in a name */
export function asTown(
  found: readonly { ssid: string; signal_level: number; security: string }[]
): TownWifi[] {
  const strongest = new Map<string, TownWifi>()
  for (const { ssid, signal_level: signalDbm, security } of found) {
    // A network that hides its name has none here; one that node-wifi cut at a colon cannot be joined by it.
    if (ssid === '' || ssid.includes('\\') || !Number.isFinite(signalDbm)) continue
    if ((strongest.get(ssid)?.signalDbm ?? -Infinity) >= signalDbm) continue
    strongest.set(ssid, { ssid, signalDbm, secured: security !== '' && security !== 'none' })
  }
  return [...strongest.values()].sort((one, other) => other.signalDbm - one.signalDbm)
}

/** @returns name of the Wi-Fi that a radio of this machine is in, or of any; null when it is in none */
export async function joinedWifi(interfaceName?: string): Promise<string | null> {
  wifi.init({ iface: interfaceName ?? null })
  const [current] = await wifi.getCurrentConnections()
  return current?.ssid ?? null
}

/** Resolves when NetworkManager, just started, has taken the radio; after a while in any case. */
export async function radioTaken(interfaceName: string): Promise<void> {
  for (let waited = 0; waited < TAKE_LIMIT_S; waited++) {
    if ((await deviceState(interfaceName)).state >= DISCONNECTED) return
    await wait(1_000)
  }
}

/** Resolves when the hub has an address there. @throws JoinRefused */
export async function joinTown(interfaceName: string, { ssid, passphrase }: UplinkWifi): Promise<void> {
  wifi.init({ iface: interfaceName })
  // The order to join fails at once when the network has not been heard yet.
  await listen((found) => found.some((network) => network.ssid === ssid))
  const failure = await wifi.connect({ ssid, password: passphrase ?? '' }).then(
    () => null,
    // Of the message only what nmcli said: before it stands the command, with the passphrase.
    (error: unknown) => String(error).split('Error: ').at(-1)?.trim() ?? ''
  )
  if (failure !== null && !/timeout/i.test(failure)) throw new JoinRefused(problemOf(failure), failure)
  let reason = ''
  let wasTrying = false
  for (let waited = 0; waited < JOIN_LIMIT_S; waited++) {
    const { state, why } = await deviceState(interfaceName)
    if (state === CONNECTED) return
    if (Number.parseInt(why) > 0) reason = why
    if (state > DISCONNECTED) wasTrying = true
    else if (wasTrying) break
    await wait(1_000)
  }
  throw new JoinRefused(problemOf(reason), reason)
}

/** @returns `why` as in `7 (Secrets were required, but not provided)` */
async function deviceState(interfaceName: string): Promise<{ state: number; why: string }> {
  const fields = 'GENERAL.STATE,GENERAL.REASON'
  const text = await runCommand('nmcli', '-g', fields, 'device', 'show', interfaceName).catch(() => '')
  const [state = '', why = ''] = text.trim().split('\n')
  return { state: Number.parseInt(state) || 0, why }
}

/** Forgets the network, with its passphrase. Forgetting one that is not known does nothing. */
export async function forgetTown(ssid: string): Promise<void> {
  wifi.init({ iface: null })
  await wifi.deleteConnection({ ssid }).catch(() => {})
}

/** @param text of nmcli: an error, or the reason of a state, such as `7 (Secrets were required, but not provided)` */
export function problemOf(text: string): UplinkProblem {
  if (/secrets|supplicant|psk|password/i.test(text)) return 'passphrase-refused'
  if (/no network with ssid|could not be found|ssid-not-found/i.test(text)) return 'not-heard'
  if (/ip config|dhcp/i.test(text)) return 'no-address'
  return 'join-failed'
}
