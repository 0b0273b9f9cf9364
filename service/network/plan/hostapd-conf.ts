import type { Band } from '../network-settings.ts'

export interface HostapdWish {
  readonly interfaceName: string
  /** Of two radios with one network; null with one radio. */
  readonly bridge: string | null
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

/** @returns the system's unit that runs hostapd on this radio */
export function hostapdUnit(interfaceName: string): string {
  return `waystation-hostapd@${interfaceName}.service`
}

/** Of one radio: each has a hostapd of its own, so that one that fails leaves the other on the air. */
export function controlDirectory(interfaceName: string): string {
  return `/run/hostapd-${interfaceName}`
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
    ...(wish.bridge === null ? [] : [`bridge=${wish.bridge}`]),
    `ctrl_interface=${controlDirectory(wish.interfaceName)}`,
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
