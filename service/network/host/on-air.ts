import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import type { Radio } from '../access-point.ts'
import type { Band, NetworkSettings } from '../network-settings.ts'
import { chooseChannel, reconsiderChannel, type ChannelChoice } from '../plan/channel-choice.ts'
import { controlDirectory, hostapdConf, hostapdUnit } from '../plan/hostapd-conf.ts'
import { refusalIn } from '../radio/hostapd-log.ts'
import { parseScan, parseStations, type HeardNetwork } from '../radio/iw-text.ts'
import { runCommand } from './host-commands.ts'
import { Refused } from './refused.ts'
import { HOST_DIRECTORY } from './request.ts'
import { unitState } from './units.ts'
import { write } from './write.ts'

/** hostapd is on the air within a second or two; a radar-free check of 5 GHz takes longer. */
const START_TRIES = 60
const START_LOOK_MS = 250
const HOSTAPD_UNITS = 'waystation-hostapd@*.service'

export interface OnAirWish {
  readonly radio: Radio
  readonly band: Band
  readonly channel: number | 'auto'
  /** That the radio is a part of, with another one; null when it stands alone. */
  readonly bridge: string | null
  readonly settings: Pick<NetworkSettings, 'ssid' | 'passphrase' | 'country' | 'isolation' | 'clientLimit'>
}

/**
 * Brings one radio on the air as wished. One that is there already stays, also on its channel while phones are joined.
 * @throws Refused
 */
export async function bringOnAir(wish: OnAirWish): Promise<{ choice: ChannelChoice; stays: boolean }> {
  const { radio, band, bridge, settings } = wish
  const name = radio.interfaceName
  const conf = (channel: number) =>
    hostapdConf({
      interfaceName: name,
      bridge,
      ssid: settings.ssid,
      passphrase: settings.passphrase,
      country: settings.country,
      band,
      channel,
      isolation: settings.isolation,
      wpa3: radio.wpa3,
      clientLimit: settings.clientLimit ?? radio.clientLimit
    })
  // Everything but the channel that was chosen.
  const wished = JSON.stringify([conf(0), wish.channel])
  const wishFile = `radio-wish-${name}`
  const before = await readFile(join(HOST_DIRECTORY, wishFile), 'utf8').catch(() => '')
  const kept = before === wished && (await isOnAir(name)) ? await keptChoice(name) : null
  const choice = await choose(wish, kept)
  if (choice === null) throw new Refused('mode-refused', `no channel of ${band} may be used`)
  if (!radio.channels.some(({ channel, usable }) => channel === choice.channel && usable)) {
    const where = settings.country ?? 'a country that nobody has named'
    throw new Refused('mode-refused', `the radio may not use channel ${choice.channel} in ${where}`)
  }
  if (kept?.channel === choice.channel) return { choice, stays: true }
  await write(`hostapd-${name}.conf`, conf(choice.channel))
  await write(`choice-${name}.json`, JSON.stringify(choice))
  await write(wishFile, wished)
  await startHostapd(name)
  return { choice, stays: false }
}

async function choose(
  { radio, band, channel }: OnAirWish,
  kept: ChannelChoice | null
): Promise<ChannelChoice | null> {
  const name = radio.interfaceName
  if (kept !== null) {
    // Phones that are here stay joined, whatever a new look at the channels would say.
    if (channel !== 'auto' || (await hasStations(name))) return kept
    return reconsiderChannel(kept, band, radio.channels, await listen(name, 'ap-force'))
  }
  await runCommand('systemctl', 'stop', hostapdUnit(name))
  await runCommand('ip', 'link', 'set', name, 'up')
  return channel === 'auto'
    ? chooseChannel(band, radio.channels, await listen(name))
    : { channel, reason: 'set by hand' }
}

/** Takes every radio from the air that is not named. */
export async function takeOthersOffAir(interfaceNames: readonly string[]): Promise<void> {
  const listed = await runCommand('systemctl', 'list-units', '--all', '--plain', '--no-legend', HOSTAPD_UNITS)
  const kept = interfaceNames.map(hostapdUnit)
  const others = listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((unit) => unit !== '' && !kept.includes(unit))
  if (others.length > 0) await runCommand('systemctl', 'stop', ...others)
}

/** Phones ask for an address, and hear of a gateway, when they join: those that are here join again. */
export async function sendAway(interfaceName: string): Promise<void> {
  // Its answers come to a socket of ours, which hostapd does not see in our own /tmp.
  const sockets = ['-s', HOST_DIRECTORY, '-p', controlDirectory(interfaceName), '-i', interfaceName]
  await runCommand('hostapd_cli', ...sockets, 'deauthenticate', 'ff:ff:ff:ff:ff:ff').catch(() => '')
}

/** @throws Refused radio-failed or mode-refused, with what hostapd said */
async function startHostapd(name: string): Promise<void> {
  const unit = hostapdUnit(name)
  const since = Math.floor(systemClock.now() / 1000)
  // It is not asked to reload: it would say yes to a new isolation and keep the old.
  await runCommand('systemctl', 'restart', unit)
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (await isOnAir(name)) return
    if ((await unitState(unit)) !== 'active') break
    await wait(START_LOOK_MS)
  }
  const log = await runCommand('journalctl', '-u', unit, '-o', 'cat', `--since=@${since}`, '-n', '40')
  throw new Refused(...refusalIn(log))
}

async function isOnAir(name: string): Promise<boolean> {
  const operstate = await readFile(`/sys/class/net/${name}/operstate`, 'utf8').catch(() => '')
  return operstate.trim() === 'up' && (await unitState(hostapdUnit(name))) === 'active'
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

async function keptChoice(name: string): Promise<ChannelChoice> {
  return JSON.parse(await readFile(join(HOST_DIRECTORY, `choice-${name}.json`), 'utf8')) as ChannelChoice
}
