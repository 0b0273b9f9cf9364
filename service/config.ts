import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import Type from 'typebox'
import Value from 'typebox/value'
import { WaystationError } from './errors.ts'
import { NetworkSettingsSchema, SSID_MAX_BYTES, type FirstWifi } from './network/network-settings.ts'
import { isCountry, isNetworkName } from './network/settings-rules.ts'

const PORT_MAX = 65535

const ADDRESS_PATTERN = '^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}$'

/** Long enough for "Waystation of the river school, house 2"; a phone shows about half of it in a list. */
const NAME_MAX_CHARACTERS = 60

/** A name on one line. */
export const NAME_PATTERN = `^[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,${NAME_MAX_CHARACTERS}}$`

/** What the page speaks: a file of ui/i18n each. */
export const LANGUAGES = ['en', 'es-419', 'fr', 'id', 'pt-BR'] as const

/**
 * Every setting: what it accepts, its default, and how it is said on the command line and in the environment. In the TOML
 * file it has the name that it has here. `accepted` is the end of the sentence "… is not accepted: it must be".
 */
export const SettingsSchema = Type.Object({
  data: Type.String({
    minLength: 1,
    default: './data',
    placeholder: 'DIR',
    env: 'WAYSTATION_DATA',
    description: 'directory of everything the hub keeps',
    accepted: 'a directory'
  }),
  http: Type.String({
    pattern: ADDRESS_PATTERN,
    default: '0.0.0.0:8080',
    placeholder: 'HOST:PORT',
    env: 'WAYSTATION_HTTP',
    description: 'where the page and the API are served; port 0 is any free one',
    accepted: 'HOST:PORT with a port from 0 to 65535, such as 0.0.0.0:8080 or [::]:8080'
  }),
  https: Type.Optional(
    Type.String({
      pattern: ADDRESS_PATTERN,
      placeholder: 'HOST:PORT',
      env: 'WAYSTATION_HTTPS',
      description:
        'where the page and the API are served encrypted as well; the office is then closed to plain HTTP. Without it there is no encrypted page',
      accepted: 'HOST:PORT with a port from 0 to 65535, such as 0.0.0.0:443'
    })
  ),
  'sync-port': Type.Integer({
    minimum: 0,
    maximum: PORT_MAX,
    default: 0,
    placeholder: 'N',
    env: 'WAYSTATION_SYNC_PORT',
    description: 'TCP port for phones; 0 is any free one',
    accepted: 'a port from 0 to 65535'
  }),
  name: Type.Optional(
    Type.String({
      pattern: NAME_PATTERN,
      placeholder: 'NAME',
      env: 'WAYSTATION_NAME',
      description: 'name shown in CoMapeo; without it "Waystation" and four characters of the device id',
      accepted: `1 to ${NAME_MAX_CHARACTERS} characters on one line`
    })
  ),
  ssid: Type.Optional(
    Type.String({
      ...NetworkSettingsSchema.properties.ssid,
      placeholder: 'NAME',
      env: 'WAYSTATION_SSID',
      description: 'name of the Wi-Fi at the first start; afterwards the office decides',
      accepted: `1 to ${SSID_MAX_BYTES} bytes on one line`
    })
  ),
  'wifi-passphrase': Type.Optional(
    Type.String({
      ...NetworkSettingsSchema.properties.passphrase,
      placeholder: 'WORDS',
      env: 'WAYSTATION_WIFI_PASSPHRASE',
      description: 'passphrase of the Wi-Fi at the first start; without it one is made',
      accepted: '8 to 63 plain characters'
    })
  ),
  country: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}$',
      placeholder: 'CODE',
      env: 'WAYSTATION_COUNTRY',
      description: 'ISO 3166 code of the country whose radio rules apply, at the first start',
      accepted: 'a country code in two capital letters'
    })
  ),
  language: Type.Optional(
    Type.Enum([...LANGUAGES], {
      placeholder: 'TAG',
      env: 'WAYSTATION_LANGUAGE',
      description:
        'what the page speaks to browsers that ask for no language that it has; without it the office decides',
      accepted: `one of ${LANGUAGES.join(', ')}`
    })
  ),
  invites: Type.Union([Type.Literal('ask'), Type.Literal('accept')], {
    default: 'ask',
    placeholder: 'ask|accept',
    env: 'WAYSTATION_INVITES',
    description: 'whether invites wait for a person',
    accepted: 'ask or accept'
  }),
  network: Type.Union([Type.Literal('simulated'), Type.Literal('hostapd'), Type.Literal('none')], {
    default: 'simulated',
    placeholder: 'simulated|hostapd|none',
    env: 'WAYSTATION_NETWORK',
    description: 'who runs the access point',
    accepted: 'simulated, hostapd or none'
  }),
  helpers: Type.Optional(
    Type.String({
      minLength: 1,
      placeholder: 'DIR',
      env: 'WAYSTATION_HELPERS',
      description:
        'directory where helpers of this machine wait for requests, such as to set the clock; without it there are none',
      accepted: 'a directory'
    })
  ),
  reports: Type.Optional(
    Type.String({
      minLength: 1,
      placeholder: 'DIR',
      env: 'WAYSTATION_REPORTS',
      description:
        'directory where this machine tells of its updates and its card; without it the hub is not updated through its page',
      accepted: 'a directory'
    })
  ),
  usb: Type.Optional(
    Type.String({
      minLength: 1,
      placeholder: 'DIR',
      env: 'WAYSTATION_USB',
      description:
        'directory where this machine mounts a USB stick; without it the page offers no export to one',
      accepted: 'a directory'
    })
  ),
  mdns: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    placeholder: 'on|off',
    env: 'WAYSTATION_MDNS',
    description: 'advertise on the network and browse it',
    accepted: 'on or off'
  })
})

type Settings = Type.Static<typeof SettingsSchema>
export type SettingName = keyof Settings

export const SETTING_NAMES = Object.keys(SettingsSchema.properties) as SettingName[]

/** What a setting says of itself, besides its type: see {@link SettingsSchema}. */
export interface SettingNotes {
  default?: string | number
  placeholder: string
  env: string
  description: string
  accepted: string
}

/** @returns the notes of one setting, for the help of the command line and for error texts */
export function settingNotes(name: SettingName): SettingNotes {
  return SettingsSchema.properties[name] as unknown as SettingNotes // TypeBox does not type added keywords
}

/** Where an HTTP server listens. An IPv6 host is without its brackets. */
export interface HttpAddress {
  host: string
  port: number
}

/** The settings of one run, complete and checked. */
export interface Config {
  /** Absolute, whatever was given: what serves files takes no other. */
  data: string
  http: HttpAddress
  /** Null: the page is not served encrypted. */
  https: HttpAddress | null
  syncPort: number
  /** Null: the hub names itself after its device id. */
  name: string | null
  /** What the first start begins with; null: what it makes or knows itself. */
  firstWifi: FirstWifi
  /** Null: the office decides. */
  language: (typeof LANGUAGES)[number] | null
  invites: Settings['invites']
  network: Settings['network']
  /** Null: nobody on this machine takes requests. */
  helpers: string | null
  /** Null: this machine tells nothing of itself, and takes no updates. */
  reports: string | null
  /** Null: this machine mounts no USB sticks. */
  usb: string | null
  mdns: boolean
}

export interface ConfigSources {
  /** The configuration file; null when there is none. */
  file: { path: string; text: string } | null
  /** An empty variable counts as absent, as `docker run -e NAME` and unit files leave them. */
  env: Readonly<Record<string, string | undefined>>
  flags: Readonly<Partial<Record<SettingName, string>>>
}

/**
 * Defaults, then the file, then the environment, then flags. Every value that is given is checked, also one that a later
 * source overrides.
 * @throws CONFIG_INVALID with one line that names the setting, its source, the value and what is accepted
 */
export function resolveConfig({ file, env, flags }: ConfigSources): Config {
  const settings = Value.Default(SettingsSchema, {}) as Record<string, unknown>
  if (file !== null) {
    for (const [name, value] of Object.entries(parseFile(file))) {
      if (!isSettingName(name)) throw unknownSetting(name, file.path)
      settings[name] = checked(name, value, file.path)
    }
  }
  for (const name of SETTING_NAMES) {
    const variable = settingNotes(name).env
    const value = env[variable]
    if (value !== undefined && value !== '') settings[name] = checked(name, fromText(name, value), variable)
  }
  for (const name of SETTING_NAMES) {
    const value = flags[name]
    if (value !== undefined) settings[name] = checked(name, fromText(name, value), `--${name}`)
  }
  return toConfig(Value.Parse(SettingsSchema, settings))
}

function toConfig(settings: Settings): Config {
  return {
    data: resolve(settings.data),
    http: parseHttpAddress(settings.http),
    https: settings.https === undefined ? null : parseHttpAddress(settings.https),
    syncPort: settings['sync-port'],
    name: settings.name ?? null,
    firstWifi: {
      ssid: settings.ssid ?? null,
      passphrase: settings['wifi-passphrase'] ?? null,
      country: settings.country ?? null
    },
    language: settings.language ?? null,
    invites: settings.invites,
    network: settings.network,
    helpers: settings.helpers ?? null,
    reports: settings.reports ?? null,
    usb: settings.usb ?? null,
    mdns: settings.mdns === 'on'
  }
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SettingsSchema.properties, name)
}

function parseFile(file: { path: string; text: string }): Record<string, unknown> {
  try {
    return parse(file.text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n', 1)[0]
    throw new WaystationError('CONFIG_INVALID', `${file.path}:${error.line}:${error.column}: ${reason}`, {
      cause: error
    })
  }
}

/** Flags and variables are text; a number is one only when it is written in digits. */
function fromText(name: SettingName, text: string): unknown {
  return name === 'sync-port' && /^[0-9]{1,5}$/.test(text) ? Number(text) : text
}

function checked(name: SettingName, value: unknown, source: string): unknown {
  if (!Value.Check(SettingsSchema.properties[name], value) || !holds(name, String(value))) {
    throw new WaystationError(
      'CONFIG_INVALID',
      `${name}: ${name === 'wifi-passphrase' ? 'what is given' : shown(value)} (from ${source}) is not accepted: it must be ${settingNotes(name).accepted}`
    )
  }
  return value
}

/** What no schema says. */
function holds(name: SettingName, value: string): boolean {
  switch (name) {
    case 'http':
    case 'https':
      return isHttpAddress(parseHttpAddress(value))
    case 'ssid':
      return isNetworkName(value)
    case 'country':
      return isCountry(value)
    default:
      return true
  }
}

function unknownSetting(name: string, path: string): WaystationError {
  return new WaystationError(
    'CONFIG_INVALID',
    `${shown(name)} (from ${path}) is not a setting: there are ${SETTING_NAMES.join(', ')}`
  )
}

/** More than this of a wrong value would hide what is wrong with it. */
const SHOWN_MAX_CHARACTERS = 80

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part
  )
  return text.length > SHOWN_MAX_CHARACTERS ? `${text.slice(0, SHOWN_MAX_CHARACTERS)}…` : text
}

function parseHttpAddress(text: string): HttpAddress {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) }
}

function isHttpAddress({ host, port }: HttpAddress): boolean {
  const meantAsAddress = host.includes(':') || /^[0-9.]+$/.test(host)
  return port <= PORT_MAX && (!meantAsAddress || isIP(host) !== 0)
}
