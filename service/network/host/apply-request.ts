import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import type { NetworkProblem, Radio } from '../access-point.ts'
import { chooseChannel, reconsiderChannel, type ChannelChoice } from '../plan/channel-choice.ts'
import { dnsmasqConf } from '../plan/dnsmasq-conf.ts'
import { hostapdConf } from '../plan/hostapd-conf.ts'
import { nftablesRules } from '../plan/nftables-rules.ts'
import { clientLimitOf } from '../radio/client-limits.ts'
import { refusalIn } from '../radio/hostapd-log.ts'
import {
  parseRadios,
  parseScan,
  parseStations,
  type HeardNetwork,
  type PhysicalRadio
} from '../radio/iw-text.ts'
import {
  ANSWER_FILE,
  HOST_DIRECTORY,
  LEASE_FILE,
  type NetworkAnswer,
  type NetworkRequest
} from './request.ts'
import { runCommand } from './host-commands.ts'
import { write } from './write.ts'

const FORWARDING = '/proc/sys/net/ipv4/ip_forward'
const NETMASK = '255.255.255.0'
/** One of these: the first that no other interface of the hub has, so that an uplink never has the same. */
const NETWORKS = ['10.77.0', '172.22.77', '192.168.177']
const HOSTAPD = 'waystation-hostapd.service'
const DNSMASQ = 'waystation-dnsmasq.service'
/** hostapd is on the air within a second or two; a radar-free check of 5 GHz takes longer. */
const START_TRIES = 60
const START_LOOK_MS = 250

class Refused extends Error {
  readonly problem: NetworkProblem
  constructor(problem: NetworkProblem, detail: string) {
    super(detail)
    this.problem = problem
  }
}

/** Makes this machine's network as the wish says: the steps, in their order. Runs as root, started by systemd. */
export async function applyRequest(request: NetworkRequest): Promise<NetworkAnswer> {
  await mkdir(HOST_DIRECTORY, { recursive: true })
  const address = `${await freeNetwork()}.1`
  const found: { radio: Radio | null; choice: ChannelChoice | null } = { radio: null, choice: null }
  let refused: Refused | null = null
  try {
    await makeNetwork(request, address, found)
  } catch (error) {
    // The hub always gets an answer, also to what nobody thought of: it waits for one.
    refused = error instanceof Refused ? error : new Refused('radio-failed', String(error))
    // Without an access point nothing is served but what was named: the firewall stays shut to the rest.
    await setFirewall(request, found.radio?.interfaceName ?? null).catch(() => {})
  }
  return {
    id: request.id,
    problem: refused?.problem ?? null,
    detail: refused?.message ?? null,
    radio: found.radio,
    channel: found.choice?.channel ?? null,
    channelReason: found.choice?.reason ?? null,
    address,
    netmask: NETMASK
  }
}

async function makeNetwork(
  request: NetworkRequest,
  address: string,
  found: { radio: Radio | null; choice: ChannelChoice | null }
): Promise<void> {
  const { settings } = request
  await unblockRadios()
  await runCommand('iw', 'reg', 'set', settings.country ?? '00')
  const { radio, name } = await findRadio(settings.band, settings.country)
  found.radio = radio
  await setFirewall(request, name)

  const wished = JSON.stringify([
    settings.ssid,
    settings.passphrase,
    settings.country,
    settings.band,
    settings.channel,
    settings.isolation,
    settings.clientLimit,
    name,
    radio.wpa3
  ])
  const before = await readFile(join(HOST_DIRECTORY, 'radio-wish'), 'utf8').catch(() => '')
  const isAsWished = before === wished && (await isOnAir(name))
  const kept = isAsWished ? await keptChoice() : null
  found.choice = kept
  // Phones that are here stay joined, whatever a new look at the channels would say.
  if (kept !== null && settings.channel === 'auto' && !(await hasStations(name))) {
    const scan = await listen(name, 'ap-force')
    found.choice = reconsiderChannel(kept, settings.band, radio.channels, scan)
  }
  const stays = kept !== null && found.choice?.channel === kept.channel
  if (kept === null) {
    await runCommand('systemctl', 'stop', HOSTAPD)
    await runCommand('ip', 'link', 'set', name, 'up')
    found.choice =
      settings.channel === 'auto'
        ? chooseChannel(settings.band, radio.channels, await listen(name))
        : { channel: settings.channel, reason: 'set by hand' }
  }
  const { choice } = found
  if (choice === null) throw new Refused('mode-refused', `no channel of ${settings.band} may be used`)
  if (!radio.channels.some(({ channel, usable }) => channel === choice.channel && usable)) {
    const where = settings.country ?? 'a country that nobody has named'
    throw new Refused('mode-refused', `the radio may not use channel ${choice.channel} in ${where}`)
  }

  await runCommand('ip', 'address', 'flush', 'dev', name, 'scope', 'global')
  await runCommand('ip', 'address', 'add', `${address}/24`, 'dev', name)
  await write(
    'dnsmasq.conf',
    dnsmasqConf({
      interfaceName: name,
      address,
      netmask: NETMASK,
      portal: settings.portal,
      shareUplink: settings.shareUplink,
      leaseFile: join(HOST_DIRECTORY, LEASE_FILE)
    })
  )
  if (!stays) {
    await write(
      'hostapd.conf',
      hostapdConf({
        interfaceName: name,
        ssid: settings.ssid,
        passphrase: settings.passphrase,
        country: settings.country,
        band: settings.band,
        channel: choice.channel,
        isolation: settings.isolation,
        wpa3: radio.wpa3,
        clientLimit: settings.clientLimit ?? radio.clientLimit
      })
    )
    await write('choice.json', JSON.stringify(choice))
    await write('radio-wish', wished)
    await startHostapd(name)
  }
  await runCommand('systemctl', 'restart', DNSMASQ).catch((error: unknown) => {
    throw new Refused('addresses-failed', `dnsmasq did not start: ${String(error)}`)
  })
  const forwarding = settings.shareUplink ? '1' : '0'
  const wasForwarding = (await readFile(FORWARDING, 'utf8')).trim()
  await writeFile(FORWARDING, forwarding)
  // Phones ask for an address, and hear of a gateway, when they join: those that are here join again.
  if (stays && wasForwarding !== forwarding) await sendAway(name)
}

async function sendAway(name: string): Promise<void> {
  // Its answers come to a socket of ours, which hostapd does not see in our own /tmp.
  const sockets = ['-s', HOST_DIRECTORY, '-p', '/run/hostapd', '-i', name]
  await runCommand('hostapd_cli', ...sockets, 'deauthenticate', 'ff:ff:ff:ff:ff:ff').catch(() => '')
}

async function setFirewall({ settings, ports }: NetworkRequest, interfaceName: string | null): Promise<void> {
  const rules = nftablesRules({
    interfaceName,
    lans: settings.lans,
    ports,
    shareUplink: settings.shareUplink
  })
  await write('nftables.rules', rules)
  await runCommand('nft', '-f', join(HOST_DIRECTORY, 'nftables.rules')).catch((error: unknown) => {
    throw new Refused('firewall-failed', String(error))
  })
}

async function findRadio(band: string, country: string | null): Promise<{ radio: Radio; name: string }> {
  const all = parseRadios(await runCommand('iw', 'list'), await runCommand('iw', 'dev'))
  const fit = all
    .filter(({ canBeAccessPoint, interfaces }) => canBeAccessPoint && interfaces.length > 0)
    // The kernel lists the newest first: with two radios it must be the same one at every start.
    .sort((one, other) => one.phy.localeCompare(other.phy, 'en', { numeric: true }))
  const chosen = fit.find(({ channels }) => channels.some((has) => has.band === band && has.usable)) ?? fit[0]
  const name = chosen?.interfaces[0]
  if (chosen === undefined || name === undefined)
    throw new Refused('no-radio', 'no radio that can be an access point')
  return { radio: await radioOf(chosen, name, country), name }
}

async function radioOf(
  physical: PhysicalRadio,
  interfaceName: string,
  country: string | null
): Promise<Radio> {
  const link = await readlink(`/sys/class/net/${interfaceName}/device/driver`).catch(() => null)
  const driver = link === null ? null : basename(link)
  return {
    interfaceName,
    country,
    driver,
    channels: physical.channels,
    wpa3: physical.wpa3,
    // The firmware of Broadcom's radios passes frames between phones by itself.
    isolation: driver !== 'brcmfmac',
    clientLimit: physical.clientLimit ?? clientLimitOf(driver)
  }
}

/** @throws Refused radio-failed or mode-refused, with what hostapd said */
async function startHostapd(name: string): Promise<void> {
  const since = Math.floor(systemClock.now() / 1000)
  // It is not asked to reload: it would say yes to a new isolation and keep the old.
  await runCommand('systemctl', 'restart', HOSTAPD)
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (await isOnAir(name)) return
    if ((await unitState(HOSTAPD)) !== 'active') break
    await wait(START_LOOK_MS)
  }
  const log = await runCommand('journalctl', '-u', HOSTAPD, '-o', 'cat', `--since=@${since}`, '-n', '40')
  throw new Refused(...refusalIn(log))
}

async function isOnAir(name: string): Promise<boolean> {
  const operstate = await readFile(`/sys/class/net/${name}/operstate`, 'utf8').catch(() => '')
  return operstate.trim() === 'up' && (await unitState(HOSTAPD)) === 'active'
}

/** @param mode `ap-force` while the network is on the air: many drivers refuse that @returns null when it could not */
async function listen(name: string, mode?: 'ap-force'): Promise<HeardNetwork[] | null> {
  const options = mode === undefined ? [] : [mode]
  const scan = await runCommand('iw', 'dev', name, 'scan', ...options).catch(() => null)
  return scan === null ? null : parseScan(scan)
}

async function hasStations(name: string): Promise<boolean> {
  return parseStations(await runCommand('iw', 'dev', name, 'station', 'dump')).length > 0
}

async function keptChoice(): Promise<ChannelChoice> {
  return JSON.parse(await readFile(join(HOST_DIRECTORY, 'choice.json'), 'utf8')) as ChannelChoice
}

/** A switch made of software is set back; one made of metal is not. @throws Refused radio-blocked */
async function unblockRadios(): Promise<void> {
  const directory = '/sys/class/rfkill'
  for (const entry of await readdir(directory).catch(() => [])) {
    // A radio that was given away is still listed here, and has nothing to read.
    const read = async (file: string) =>
      (await readFile(join(directory, entry, file), 'utf8').catch(() => '')).trim()
    if ((await read('type')) !== 'wlan') continue
    if ((await read('soft')) === '1') await writeFile(join(directory, entry, 'soft'), '0')
    if ((await read('hard')) === '1') throw new Refused('radio-blocked', `the switch ${entry} is off`)
  }
}

async function freeNetwork(): Promise<string> {
  const taken = await runCommand('ip', '-4', '-o', 'address', 'show')
  const own = await readFile(join(HOST_DIRECTORY, ANSWER_FILE), 'utf8').catch(() => '')
  const isFree = (network: string) => !taken.includes(` ${network}.`) || own.includes(`"${network}.1"`)
  return NETWORKS.find(isFree) ?? String(NETWORKS[0])
}

async function unitState(unit: string): Promise<string> {
  return (await runCommand('systemctl', 'show', '--property=ActiveState', '--value', unit)).trim()
}
