import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { networkManagerConf } from '../plan/network-manager-conf.ts'
import { resolvConf } from '../plan/resolv-conf.ts'
import { parseRadios } from '../radio/iw-text.ts'
import type { UplinkWifi } from '../uplink/uplink-settings.ts'
import { runCommand } from './host-commands.ts'
import { ANSWER_FILE, HOST_DIRECTORY, type NetworkAnswer } from './request.ts'
import { forgetTown, joinedWifi, JoinRefused, joinTown, radioTaken, scanTown } from './town-wifi.ts'
import { unitState } from './units.ts'
import type { UplinkAnswer, UplinkRequest } from './uplink-request.ts'
import { EVERYBODY, write } from './write.ts'

const NETWORK_MANAGER = 'NetworkManager.service'
/** Started with it: where nothing is enabled, D-Bus does not start it either. */
const SUPPLICANT = 'wpa_supplicant.service'
const NETWORK_MANAGER_CONF = '/run/NetworkManager/conf.d/90-waystation.conf'
/** What is joined, for the next wish to compare. */
const JOINED_FILE = 'uplink-wifi'
/** /etc/resolv.conf of the machine points here. */
const RESOLV_CONF = '/run/waystation-machine/resolv.conf'
const TIME_SERVICE = 'systemd-timesyncd.service'

/** Makes the way out as the wish says: the steps, in their order. Runs as root, started by systemd. */
export async function applyUplink({ id, settings, scan }: UplinkRequest): Promise<UplinkAnswer> {
  await mkdir(HOST_DIRECTORY, { recursive: true })
  const found: { heard: UplinkAnswer['heard'] } = { heard: null }
  const refused = await useRadio({ wifi: settings.wifi, scan }, found).then(
    () => null,
    (error: unknown) => (error instanceof JoinRefused ? error : new JoinRefused('join-failed', String(error)))
  )
  await writeResolvConf()
  // A machine without the service keeps the clock that it has; the page says what keeps it.
  await runCommand('systemctl', settings.clock ? 'start' : 'stop', TIME_SERVICE).catch(() => '')
  return { id, problem: refused?.problem ?? null, detail: refused?.message || null, heard: found.heard }
}

async function useRadio(
  { wifi, scan }: { wifi: UplinkWifi | null; scan: boolean },
  found: { heard: UplinkAnswer['heard'] }
): Promise<void> {
  const radio = await secondRadio()
  const before = await readText(join(HOST_DIRECTORY, JOINED_FILE))
  if (radio !== null && (wifi !== null || scan)) {
    await startNetworkManager(radio)
    if (scan) found.heard = await scanTown(radio)
  }
  if (before !== '' && before !== JSON.stringify(wifi)) {
    await forgetTown((JSON.parse(before) as UplinkWifi).ssid)
    await rm(join(HOST_DIRECTORY, JOINED_FILE), { force: true })
  }
  if (wifi === null || radio === null) {
    await stopNetworkManager(radio)
    if (wifi !== null) throw new JoinRefused('no-radio', 'there is no second radio')
    return
  }
  if (before === JSON.stringify(wifi) && (await joinedWifi(radio)) === wifi.ssid) return
  await write(JOINED_FILE, JSON.stringify(wifi))
  // What is left of an attempt with another passphrase would be tried again in place of this one.
  await forgetTown(wifi.ssid)
  await joinTown(radio, wifi)
}

/** @returns interface of a radio that does not make the hub's own Wi-Fi; null when there is none */
async function secondRadio(): Promise<string | null> {
  const answer = await readText(join(HOST_DIRECTORY, ANSWER_FILE))
  if (answer === '') return null
  const { radio, second } = JSON.parse(answer) as NetworkAnswer
  if (radio === null) return null
  const own = [radio.interfaceName, second?.interfaceName]
  const radios = parseRadios(await runCommand('iw', 'list'), await runCommand('iw', 'dev'))
  return radios.flatMap(({ interfaces }) => interfaces).find((name) => !own.includes(name)) ?? null
}

async function startNetworkManager(interfaceName: string): Promise<void> {
  const isActive = (await unitState(NETWORK_MANAGER)) === 'active'
  const before = await readText(NETWORK_MANAGER_CONF)
  // One that somebody else started on this machine is used as it is.
  if (isActive && before === '') return
  const conf = networkManagerConf({ interfaceName })
  if (isActive && before === conf) return
  await mkdir(dirname(NETWORK_MANAGER_CONF), { recursive: true })
  await write(NETWORK_MANAGER_CONF, conf, EVERYBODY)
  await runCommand('systemctl', 'start', SUPPLICANT)
  await runCommand('systemctl', 'restart', NETWORK_MANAGER)
  await radioTaken(interfaceName)
}

async function stopNetworkManager(radio: string | null): Promise<void> {
  if ((await readText(NETWORK_MANAGER_CONF)) === '') return
  await runCommand('systemctl', 'stop', NETWORK_MANAGER, SUPPLICANT)
  await rm(NETWORK_MANAGER_CONF)
  // NetworkManager may leave an address behind, for its next start to find.
  if (radio !== null) await runCommand('ip', 'address', 'flush', 'dev', radio, 'scope', 'global')
}

async function writeResolvConf(): Promise<void> {
  const isUp = (await unitState(NETWORK_MANAGER)) === 'active'
  const text = resolvConf({
    networkManager: isUp ? await readText('/run/NetworkManager/no-stub-resolv.conf') : '',
    networkd: await readText('/run/systemd/netif/state')
  })
  await mkdir(dirname(RESOLV_CONF), { recursive: true })
  if (text !== (await readText(RESOLV_CONF))) await write(RESOLV_CONF, text, EVERYBODY)
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
