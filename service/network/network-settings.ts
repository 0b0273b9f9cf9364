import Type from 'typebox'
import type { Static } from 'typebox'
import Value from 'typebox/value'
import { NO_UPLINK, UplinkSettingsSchema } from './uplink/uplink-settings.ts'

// IEEE 802.11: a network name is 1 to 32 bytes, a passphrase 8 to 63 printable ASCII characters.
export const SSID_MAX_BYTES = 32
export const PASSPHRASE_MIN_CHARACTERS = 8
export const PASSPHRASE_MAX_CHARACTERS = 63

/** The DHCP range has a few hundred addresses, and no radio of such a box serves more stations. */
export const CLIENT_LIMIT_MAX = 200
const LANS_MAX = 8

export const BANDS = ['2.4GHz', '5GHz'] as const
export type Band = (typeof BANDS)[number]

/** @returns the band of the second radio, when there is one */
export function otherBand(band: Band): Band {
  return band === '2.4GHz' ? '5GHz' : '2.4GHz'
}

/**
 * What phones are told when they check whether this Wi-Fi has internet:
 * - `quiet`: that it has, so that they stay and ask nobody
 * - `welcome`: the hub's page first, then that it has
 * - `off`: nothing; the phone asks its person whether to stay
 */
export const PORTAL_MODES = ['quiet', 'welcome', 'off'] as const
export type PortalMode = (typeof PORTAL_MODES)[number]

/** The network section of the hub's settings: all that an operator decides about the Wi-Fi. */
export const NetworkSettingsSchema = Type.Object(
  {
    ssid: Type.String({ minLength: 1, maxLength: SSID_MAX_BYTES, description: 'Name of the Wi-Fi network' }),
    passphrase: Type.String({
      pattern: `^[\\x20-\\x7e]{${PASSPHRASE_MIN_CHARACTERS},${PASSPHRASE_MAX_CHARACTERS}}$`,
      description: 'What people type to join it: 8 to 63 plain characters'
    }),
    country: Type.Union([Type.String({ pattern: '^[A-Z]{2}$' }), Type.Null()], {
      description: 'ISO 3166 code of the country whose radio rules apply; null while nobody has said'
    }),
    band: Type.Unsafe<Band>({ type: 'string', enum: BANDS }),
    channel: Type.Union([Type.Literal('auto'), Type.Integer({ minimum: 1, maximum: 196 })]),
    isolation: Type.Boolean({ description: 'Whether phones see the hub alone, and not each other' }),
    clientLimit: Type.Union([Type.Integer({ minimum: 1, maximum: CLIENT_LIMIT_MAX }), Type.Null()], {
      description:
        'How many phones each radio takes at once; null leaves it at what the radio is known to take'
    }),
    secondRadio: Type.Boolean({
      description: 'Whether a second radio opens the same network on the other band'
    }),
    portal: Type.Unsafe<PortalMode>({ type: 'string', enum: PORTAL_MODES }),
    shareUplink: Type.Boolean({
      description: 'Whether phones get internet through the hub when it has some'
    }),
    lans: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$' }), {
      maxItems: LANS_MAX,
      uniqueItems: true,
      description: 'Network interfaces, besides the own Wi-Fi, on which the hub is found and answers'
    }),
    uplink: UplinkSettingsSchema
  },
  { additionalProperties: false }
)
export type NetworkSettings = Static<typeof NetworkSettingsSchema>

/** What of the settings makes phones lose the network while it changes, and could leave nobody able to come back. */
const RADIO_SETTINGS = [
  'ssid',
  'passphrase',
  'country',
  'band',
  'channel',
  'isolation',
  'clientLimit',
  'secondRadio'
] as const satisfies readonly (keyof NetworkSettings)[]

/** @returns whether going from one to the other takes the network down for a moment */
export function restartsRadio(from: NetworkSettings, to: NetworkSettings): boolean {
  return RADIO_SETTINGS.some((name) => from[name] !== to[name])
}

/**
 * The section as it is kept. A hub begins with a network that every phone of the last fifteen years can join, on channels
 * that are allowed everywhere. Name and passphrase are null before the first start, which makes them.
 */
export const KeptNetworkSettingsSchema = Type.Object({
  ssid: Type.Union([NetworkSettingsSchema.properties.ssid, Type.Null()], { default: null }),
  passphrase: Type.Union([NetworkSettingsSchema.properties.passphrase, Type.Null()], { default: null }),
  country: Type.Union([NetworkSettingsSchema.properties.country], { default: null }),
  band: Type.Unsafe<Band>({ ...NetworkSettingsSchema.properties.band, default: '2.4GHz' }),
  channel: Type.Union([NetworkSettingsSchema.properties.channel], { default: 'auto' }),
  isolation: Type.Boolean({ default: false }),
  clientLimit: Type.Union([NetworkSettingsSchema.properties.clientLimit], { default: null }),
  secondRadio: Type.Boolean({ default: false }),
  portal: Type.Unsafe<PortalMode>({ ...NetworkSettingsSchema.properties.portal, default: 'quiet' }),
  shareUplink: Type.Boolean({ default: false }),
  lans: Type.Array(NetworkSettingsSchema.properties.lans.items, { maxItems: LANS_MAX, default: [] }),
  uplink: Type.Object(UplinkSettingsSchema.properties, { additionalProperties: false, default: NO_UPLINK })
})
export type KeptNetworkSettings = Static<typeof KeptNetworkSettingsSchema>

/** What somebody decided about the Wi-Fi before the first start; null where nobody did. */
export type FirstWifi = Pick<KeptNetworkSettings, 'ssid' | 'passphrase' | 'country'>

/** @returns the first settings of a hub with this name and this passphrase */
export function initialNetworkSettings(own: { hubName: string; passphrase: string }): NetworkSettings {
  const defaults = Value.Parse(KeptNetworkSettingsSchema, Value.Default(KeptNetworkSettingsSchema, {}))
  return { ...defaults, ssid: asSsid(own.hubName), passphrase: own.passphrase }
}

/** As much of a name as fits into the 32 bytes of a network name, in whole characters. */
export function asSsid(name: string): string {
  let ssid = ''
  for (const character of name) {
    if (Buffer.byteLength(ssid + character) > SSID_MAX_BYTES) break
    ssid += character
  }
  return ssid.trim() || 'Waystation'
}
