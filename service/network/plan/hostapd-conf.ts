import type { Band } from '../network-settings.ts'

export interface HostapdWish {
  readonly interfaceName: string
  readonly ssid: string
  readonly passphrase: string
  readonly country: string | null
  readonly band: Band
  readonly channel: number
  readonly isolation: boolean
  readonly wpa3: boolean
  /** Null leaves it at what the radio takes. */
  readonly clientLimit: number | null
}

/**
 * Configuration of hostapd. WPA2 for every phone, and with a radio that can, WPA3 beside it under the same passphrase.
 * Management frames are protected where both sides can, as SAE demands. The network is never hidden: a hidden one makes
 * phones call its name wherever they are.
 */
export function hostapdConf(wish: HostapdWish): string {
  const lines = [
    `interface=${wish.interfaceName}`,
    'driver=nl80211',
    'ctrl_interface=/run/hostapd',
    // As bytes: a name may hold any character, also those that the file gives a meaning.
    `ssid2=${Buffer.from(wish.ssid).toString('hex')}`,
    'utf8_ssid=1',
    ...(wish.country === null ? [] : [`country_code=${wish.country}`, 'ieee80211d=1']),
    `hw_mode=${wish.band === '5GHz' ? 'a' : 'g'}`,
    `channel=${wish.channel}`,
    'ieee80211n=1',
    ...(wish.band === '5GHz' ? ['ieee80211ac=1'] : []),
    'wmm_enabled=1',
    'auth_algs=1',
    'ignore_broadcast_ssid=0',
    'wpa=2',
    `wpa_passphrase=${wish.passphrase}`,
    'rsn_pairwise=CCMP',
    ...(wish.wpa3
      ? ['wpa_key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE', 'ieee80211w=1', 'sae_require_mfp=1', 'sae_pwe=2']
      : ['wpa_key_mgmt=WPA-PSK']),
    `ap_isolate=${wish.isolation ? 1 : 0}`,
    // A phone that left without a word frees its place within a minute.
    'ap_max_inactivity=60',
    'disassoc_low_ack=0',
    ...(wish.clientLimit === null ? [] : [`max_num_sta=${wish.clientLimit}`])
  ]
  return `${lines.join('\n')}\n`
}
