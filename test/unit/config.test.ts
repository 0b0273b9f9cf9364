import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t from 'tap'
import {
  LANGUAGES,
  resolveConfig,
  SETTING_NAMES,
  settingNotes,
  type ConfigSources
} from '../../service/config.ts'

const PATH = '/etc/waystation/waystation.toml'

function resolve(sources: Partial<ConfigSources> & { toml?: string } = {}) {
  const { toml, ...rest } = sources
  return resolveConfig({
    file: toml === undefined ? null : { path: PATH, text: toml },
    env: {},
    flags: {},
    ...rest
  })
}

t.test('without any source every setting has its default', async (t) => {
  t.same(resolve(), {
    data: join(process.cwd(), 'data'),
    http: { host: '0.0.0.0', port: 8080 },
    https: null,
    syncPort: 0,
    name: null,
    firstWifi: { ssid: null, passphrase: null, country: null },
    language: null,
    invites: 'ask',
    network: 'simulated',
    helpers: null,
    reports: null,
    usb: null,
    mdns: true
  })
})

t.test('the file overrides defaults, the environment the file, and flags the environment', async (t) => {
  const toml = 'name = "from file"\ninvites = "accept"\nsync-port = 1\n'
  const env = { WAYSTATION_NAME: 'from environment', WAYSTATION_SYNC_PORT: '2' }
  const config = resolve({ toml, env, flags: { 'sync-port': '3' } })
  t.equal(config.invites, 'accept')
  t.equal(config.name, 'from environment')
  t.equal(config.syncPort, 3)
})

t.test('every setting can be given by each of the three sources', async (t) => {
  const values = {
    data: '/var/lib/waystation',
    http: '[::1]:0',
    https: '0.0.0.0:443',
    'sync-port': '4321',
    name: 'Río Napo',
    ssid: 'Casa del río',
    'wifi-passphrase': 'lluvia tambor',
    country: 'EC',
    language: 'es-419',
    invites: 'accept',
    network: 'none',
    helpers: '/run/waystation',
    reports: '/run/waystation-machine',
    usb: '/media/usb',
    mdns: 'off'
  }
  const expected = {
    data: '/var/lib/waystation',
    http: { host: '::1', port: 0 },
    https: { host: '0.0.0.0', port: 443 },
    syncPort: 4321,
    name: 'Río Napo',
    firstWifi: { ssid: 'Casa del río', passphrase: 'lluvia tambor', country: 'EC' },
    language: 'es-419',
    invites: 'accept',
    network: 'none',
    helpers: '/run/waystation',
    reports: '/run/waystation-machine',
    usb: '/media/usb',
    mdns: false
  }
  t.same(Object.keys(values).sort(), [...SETTING_NAMES].sort())
  t.same(resolve({ flags: values }), expected)
  const env = Object.fromEntries(SETTING_NAMES.map((name) => [settingNotes(name).env, values[name]]))
  t.same(resolve({ env }), expected)
  const toml = SETTING_NAMES.map((name) =>
    name === 'sync-port' ? `${name} = ${values[name]}` : `${name} = ${JSON.stringify(values[name])}`
  ).join('\n')
  t.same(resolve({ toml }), expected)
})

t.test('an empty environment variable counts as absent', async (t) => {
  t.equal(resolve({ env: { WAYSTATION_INVITES: '' } }).invites, 'ask')
})

const REFUSED: [what: string, sources: Parameters<typeof resolve>[0], message: RegExp][] = [
  [
    'a word that is not among the choices',
    { flags: { invites: 'maybe' } },
    /^invites: "maybe" \(from --invites\) is not accepted: it must be ask or accept$/
  ],
  [
    'a port out of range in a variable',
    { env: { WAYSTATION_SYNC_PORT: '65536' } },
    /^sync-port: 65536 \(from WAYSTATION_SYNC_PORT\) is not accepted: it must be a port from 0 to 65535$/
  ],
  [
    'a number in words',
    { flags: { 'sync-port': '0x50' } },
    /^sync-port: "0x50" \(from --sync-port\) is not accepted/
  ],
  [
    'a value of another type in the file',
    { toml: 'name = 7' },
    /^name: 7 \(from \/etc\/waystation\/waystation\.toml\) is not accepted/
  ],
  ['a TOML integer beyond 2^53', { toml: 'sync-port = 9223372036854775807' }, /./],
  ['a fraction of a port', { toml: 'sync-port = 1.5' }, /^sync-port: 1\.5 /],
  [
    'an address without a port',
    { flags: { http: 'localhost' } },
    /^http: "localhost" .*such as 0\.0\.0\.0:8080/
  ],
  ['an HTTP port out of range', { flags: { http: '0.0.0.0:70000' } }, /^http: /],
  ['an IPv4 address that is none', { flags: { http: '300.1.1.1:80' } }, /^http: /],
  ['an IPv6 address that is none', { flags: { http: '[1::2::3]:80' } }, /^http: /],
  ['an empty name', { toml: 'name = ""' }, /^name: "" /],
  ['a name on two lines', { flags: { name: 'two\nlines' } }, /^name: "two\\nlines" /],
  ['a name of 61 characters', { flags: { name: 'x'.repeat(61) } }, /1 to 60 characters/],
  ['an empty directory', { flags: { data: '' } }, /^data: "" /],
  [
    'a name of a network that has more than 32 bytes',
    { toml: `ssid = "${'ñ'.repeat(17)}"` },
    /^ssid: .* is not accepted: it must be 1 to 32 bytes on one line$/
  ],
  ['a country that there is not', { toml: 'country = "XQ"' }, /^country: "XQ" /],
  [
    'a language that the page does not speak',
    { toml: 'language = "es"' },
    /^language: "es" .* is not accepted: it must be one of en, es-419, fr, id, pt-BR$/
  ],
  [
    'a passphrase that no phone takes, and does not show it',
    { toml: 'wifi-passphrase = "short"' },
    /^wifi-passphrase: what is given \(from [^"]*\) is not accepted: it must be 8 to 63 plain characters$/
  ],
  [
    'a setting that does not exist',
    { toml: 'sinc-port = 1' },
    /^"sinc-port" \(from .*\) is not a setting: there are data, http, https, sync-port, name, ssid, wifi-passphrase, country, language, invites, network, helpers, reports, usb, mdns$/
  ],
  ['a name that every object has', { toml: 'constructor = 1' }, /is not a setting/],
  ['a file that is not TOML', { toml: 'a = \nb' }, /^\/etc\/waystation\/waystation\.toml:1:\d+: /],
  [
    'a wrong value, also when a flag overrides it',
    { env: { WAYSTATION_MDNS: 'yes' }, flags: { mdns: 'on' } },
    /^mdns: "yes" \(from WAYSTATION_MDNS\)/
  ]
]

for (const [what, sources, message] of REFUSED) {
  t.test(`refuses ${what}, in one line`, async (t) => {
    t.throws(() => resolve(sources), { code: 'CONFIG_INVALID', message })
    try {
      resolve(sources)
    } catch (error) {
      t.notMatch((error as Error).message, /\n/)
    }
  })
}

t.test('the languages that are accepted are those that the page speaks', async (t) => {
  const files = await readdir(new URL('../../ui/i18n', import.meta.url))
  const tags = files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'))
  t.same([...LANGUAGES], tags.sort())
})

t.test('a long wrong value is cut in the message', async (t) => {
  t.throws(() => resolve({ flags: { invites: 'x'.repeat(1000) } }), { message: /^.{100,250}$/ })
})
