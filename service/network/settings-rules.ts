import { WaystationError } from '../errors.ts'
import type { Radio } from './access-point.ts'
import { SSID_MAX_BYTES, type Band, type NetworkSettings } from './network-settings.ts'

/** 2.4 GHz channels that every country allows. On 5 GHz there is none that an access point may use everywhere. */
const WORLD_CHANNEL_MAX = 11
const CHANNEL_MAX_2_4_GHZ = 14

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/**
 * What would lock people out, or is not allowed, is refused before it is applied.
 *
 * @param radio what the radio can do, or null while there is none: then what depends on it is found out when there is one
 * @returns why the settings cannot be, or null when they can
 */
export function refusalOf(settings: NetworkSettings, radio: Radio | null): WaystationError | null {
  const { ssid, country, band, channel, isolation, secondRadio } = settings
  if (!isNetworkName(ssid)) {
    return new WaystationError(
      'NETWORK_SSID_INVALID',
      `A network name has 1 to ${SSID_MAX_BYTES} bytes (letters with accents count twice or more) on one line`
    )
  }
  if (country !== null && !isCountry(country)) {
    return new WaystationError('NETWORK_COUNTRY_UNKNOWN', `${country} is not a country code (ISO 3166)`)
  }
  if (channel !== 'auto' && bandOf(channel) !== band) {
    return new WaystationError('NETWORK_CHANNEL_UNSUPPORTED', `Channel ${channel} is not in the ${band} band`)
  }
  // One of two radios is on 5 GHz.
  if (country === null && (secondRadio || !isWorldSafe(band, channel)))
    return new WaystationError('NETWORK_COUNTRY_REQUIRED')
  return radio === null ? null : refusalOfRadio(settings, radio, isolation)
}

export function isNetworkName(ssid: string): boolean {
  return Buffer.byteLength(ssid) <= SSID_MAX_BYTES && !/\p{Cc}/u.test(ssid) && ssid.trim() !== ''
}

/** @param code two capital letters @returns whether ISO 3166 knows it */
export function isCountry(code: string): boolean {
  return regions.of(code) !== undefined
}

/** @returns the band that a channel number belongs to: numbers of the two do not overlap */
export function bandOf(channel: number): Band {
  return channel <= CHANNEL_MAX_2_4_GHZ ? '2.4GHz' : '5GHz'
}

function isWorldSafe(band: Band, channel: NetworkSettings['channel']): boolean {
  return band === '2.4GHz' && (channel === 'auto' || channel <= WORLD_CHANNEL_MAX)
}

function refusalOfRadio(
  { country, band, channel }: NetworkSettings,
  radio: Radio,
  isolation: boolean
): WaystationError | null {
  const ofBand = radio.channels.filter((has) => has.band === band)
  if (ofBand.length === 0) return new WaystationError('NETWORK_BAND_UNSUPPORTED')
  if (isolation && !radio.isolation) return new WaystationError('NETWORK_ISOLATION_UNSUPPORTED')
  // Which channels are free is known for the rules in force alone: those of another country show once they are set.
  const rulesStay = country === radio.country
  const isUsable = (has: { usable: boolean }) => has.usable || !rulesStay
  if (channel === 'auto') {
    return ofBand.some(isUsable) ? null : new WaystationError('NETWORK_BAND_UNSUPPORTED')
  }
  return ofBand.some((has) => has.channel === channel && isUsable(has))
    ? null
    : new WaystationError('NETWORK_CHANNEL_UNSUPPORTED')
}
