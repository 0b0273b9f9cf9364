import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Radio, SecondRadio } from '../access-point.ts'
import { otherBand, type Band } from '../network-settings.ts'
import type { ChannelChoice } from '../plan/channel-choice.ts'
import { dnsmasqConf } from '../plan/dnsmasq-conf.ts'
import { nftablesRules } from '../plan/nftables-rules.ts'
import { clientLimitOf } from '../radio/client-limits.ts'
import { parseRadios, type PhysicalRadio } from '../radio/iw-text.ts'
import { BRIDGE, makeBridge, removeBridge } from './bridge.ts'
import { runCommand } from './host-commands.ts'
import { bringOnAir, sendAway, takeOthersOffAir } from './on-air.ts'
import { Refused } from './refused.ts'
import {
  ANSWER_FILE,
  HOST_DIRECTORY,
  LEASE_FILE,
  type NetworkAnswer,
  type NetworkRequest
} from './request.ts'
import { write } from './write.ts'

const FORWARDING = '/proc/sys/net/ipv4/ip_forward'
const NETMASK = '255.255.255.0'
/** One of these: the first that no other interface of the hub has, so that an uplink never has the same. */
const NETWORKS = ['10.77.0', '172.22.77', '192.168.177']
const DNSMASQ = 'waystation-dnsmasq.service'

/** What was found out on the way, also when the way ends early. */
interface Found {
  radio: Radio | null
  choice: ChannelChoice | null
  interfaceName: string | null
  second: SecondRadio | null
  secondDetail: string | null
}

/** Makes this machine's network as the wish says: the steps, in their order. Runs as root, started by systemd. */
export async function applyRequest(request: NetworkRequest): Promise<NetworkAnswer> {
  await mkdir(HOST_DIRECTORY, { recursive: true })
  const address = `${await freeNetwork()}.1`
  const found: Found = { radio: null, choice: null, interfaceName: null, second: null, secondDetail: null }
  let refused: Refused | null = null
  try {
    await makeNetwork(request, address, found)
  } catch (error) {
    // The hub always gets an answer, also to what nobody thought of: it waits for one.
    refused = asRefused(error)
    // Without an access point nothing is served but what was named: the firewall stays shut to the rest.
    await setFirewall(request, found.interfaceName).catch(() => {})
  }
  return {
    id: request.id,
    problem: refused?.problem ?? null,
    detail: refused?.message ?? found.secondDetail,
    radio: found.radio,
    channel: found.choice?.channel ?? null,
    channelReason: found.choice?.reason ?? null,
    interfaceName: found.interfaceName,
    second: found.second,
    address,
    netmask: NETMASK
  }
}

function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused('radio-failed', String(error))
}

async function makeNetwork(request: NetworkRequest, address: string, found: Found): Promise<void> {
  const { settings } = request
  await unblockRadios()
  await runCommand('iw', 'reg', 'set', settings.country ?? '00')
  const [first, second] = await findRadios(settings)
  if (first === undefined) throw new Refused('no-radio', 'no radio that can be an access point')
  found.radio = first
  const bridge = settings.secondRadio ? BRIDGE : null
  const name = bridge ?? first.interfaceName
  found.interfaceName = name
  await setFirewall(request, name)
  await takeOthersOffAir([first, second].flatMap((radio) => radio?.interfaceName ?? []))
  if (bridge === null) await removeBridge()
  else await makeBridge(first.interfaceName)

  const { choice, stays } = await bringOnAir({
    radio: first,
    band: settings.band,
    channel: settings.channel,
    bridge,
    settings
  })
  found.choice = choice
  await giveAddress(name, `${address}/24`, first.interfaceName)
  const secondStays = bridge !== null && (await addSecond(request, second, found))
  await startAddresses(request, name, address)
  const isNew = await setForwarding(settings.shareUplink)
  if (isNew && stays) await sendAway(first.interfaceName)
  if (isNew && secondStays && found.second !== null) await sendAway(found.second.interfaceName)
}

/** The same network on the other band. When it cannot be, the first radio carries it alone. @returns whether it was there */
async function addSecond(
  { settings }: NetworkRequest,
  radio: Radio | undefined,
  found: Found
): Promise<boolean> {
  const band = otherBand(settings.band)
  try {
    if (radio === undefined) throw new Refused('no-radio', 'there is no second radio')
    const wish = { radio, band, channel: 'auto', bridge: BRIDGE, settings } as const
    const { choice, stays } = await bringOnAir(wish)
    const { channel, reason } = choice
    found.second = { interfaceName: radio.interfaceName, band, channel, channelReason: reason }
    return stays
  } catch (error) {
    found.secondDetail = asRefused(error).message
    return false
  }
}

/** @throws Refused addresses-failed */
async function startAddresses(
  { settings: { portal, shareUplink } }: NetworkRequest,
  interfaceName: string,
  address: string
): Promise<void> {
  const leaseFile = join(HOST_DIRECTORY, LEASE_FILE)
  const wish = { interfaceName, address, netmask: NETMASK, portal, shareUplink, leaseFile }
  await write('dnsmasq.conf', dnsmasqConf(wish))
  await runCommand('systemctl', 'restart', DNSMASQ).catch((error: unknown) => {
    throw new Refused('addresses-failed', `dnsmasq did not start: ${String(error)}`)
  })
}

/** @returns whether that has changed */
async function setForwarding(isOn: boolean): Promise<boolean> {
  const wanted = isOn ? '1' : '0'
  const before = (await readFile(FORWARDING, 'utf8')).trim()
  await writeFile(FORWARDING, wanted)
  return before !== wanted
}

/** @param radio that had the address while it stood alone */
async function giveAddress(name: string, address: string, radio: string): Promise<void> {
  for (const one of new Set([name, radio])) {
    await runCommand('ip', 'address', 'flush', 'dev', one, 'scope', 'global')
  }
  await runCommand('ip', 'address', 'add', address, 'dev', name)
}

async function setFirewall({ settings, ports }: NetworkRequest, interfaceName: string | null): Promise<void> {
  const { isolation, lans, shareUplink } = settings
  const bridge = interfaceName !== BRIDGE ? null : isolation ? 'isolated' : 'open'
  const rules = nftablesRules({ interfaceName, bridge, lans, ports, shareUplink })
  await write('nftables.rules', rules)
  await runCommand('nft', '-f', join(HOST_DIRECTORY, 'nftables.rules')).catch((error: unknown) => {
    throw new Refused('firewall-failed', String(error))
  })
}

/** @returns the radio of the network, and where a second one is wished that of the other band, as far as they are there */
async function findRadios({
  band,
  country,
  secondRadio
}: NetworkRequest['settings']): Promise<readonly Radio[]> {
  const all = parseRadios(await runCommand('iw', 'list'), await runCommand('iw', 'dev'))
  const fit = all
    .filter(({ canBeAccessPoint, interfaces }) => canBeAccessPoint && interfaces.length > 0)
    // The kernel lists the newest first: with two radios it must be the same one at every start.
    .sort((one, other) => one.phy.localeCompare(other.phy, 'en', { numeric: true }))
  const canUse = (radio: PhysicalRadio, wanted: Band) =>
    radio.channels.some((has) => has.band === wanted && has.usable)
  const first = fit.find((radio) => canUse(radio, band)) ?? fit[0]
  const second = secondRadio
    ? fit.find((radio) => radio !== first && canUse(radio, otherBand(band)))
    : undefined
  return Promise.all(
    [first, second].filter((radio) => radio !== undefined).map((radio) => radioOf(radio, country))
  )
}

async function radioOf(physical: PhysicalRadio, country: string | null): Promise<Radio> {
  const [interfaceName = ''] = physical.interfaces
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
