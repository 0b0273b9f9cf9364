import { failureText } from './failure.tsx'
import { Refused } from '../model/request.ts'

/** What of the Wi-Fi's settings each refusal is about. */
const FIELDS = {
  NETWORK_SSID_INVALID: 'ssid',
  WIFI_PASSPHRASE_INVALID: 'passphrase',
  NETWORK_COUNTRY_UNKNOWN: 'country',
  NETWORK_COUNTRY_REQUIRED: 'country',
  NETWORK_BAND_UNSUPPORTED: 'band',
  NETWORK_CHANNEL_UNSUPPORTED: 'channel',
  NETWORK_ISOLATION_UNSUPPORTED: 'isolation'
} as const

type RefusedCode = keyof typeof FIELDS
export type WifiField = (typeof FIELDS)[RefusedCode]

/** @returns whether a field of the Wi-Fi shows this refusal */
export function isOfWifiField(failure: Refused | null): boolean {
  return failure !== null && failure.code in FIELDS
}

/** @returns what to show below a field, or null */
export function wifiProblem(failure: Refused | null, field: WifiField): string | null {
  return failure !== null && FIELDS[failure.code as RefusedCode] === field ? failureText(failure) : null
}

// IEEE 802.11, as in the hub's own check: a name is 1 to 32 bytes, a passphrase 8 to 63 printable ASCII characters.
const SSID_MAX_BYTES = 32
const PASSPHRASE = /^[ -~]{8,63}$/

/**
 * What is wrong whatever the hub's radio can do. The hub would refuse it, too: too late at the first run, when everything else
 * has been set by then.
 * @throws Refused
 */
export function checkWifi({ ssid, passphrase }: { ssid: string; passphrase: string }): void {
  if (ssid.trim() === '' || new TextEncoder().encode(ssid).length > SSID_MAX_BYTES) {
    throw new Refused('NETWORK_SSID_INVALID', '')
  }
  if (!PASSPHRASE.test(passphrase)) throw new Refused('WIFI_PASSPHRASE_INVALID', '')
}
