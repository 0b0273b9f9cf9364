import { pino } from 'pino'
import { join } from 'node:path'
import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { KeptSettings } from '../../../service/network/kept-settings.ts'
import type { FirstWifi } from '../../../service/network/network-settings.ts'
import { Settings, SETTINGS_FILE } from '../../../service/system/settings.ts'

const NOTHING: FirstWifi = { ssid: null, passphrase: null, country: null }

async function start(t: Test, directory: string, hubName: string, first = NOTHING) {
  const settings = new Settings({ directory, logger: pino({ level: 'silent' }) })
  await settings.ready()
  const section = {
    get: () => settings.get('network'),
    update: (change: object) => settings.update('network', change)
  }
  const kept = new KeptSettings({ section, first, hubName: () => hubName })
  await kept.ready()
  t.teardown(() => settings.close())
  return kept
}

t.test('the first start makes a name and a passphrase, and later starts keep both', async (t) => {
  const directory = t.testdir()
  const first = (await start(t, directory, 'River hub')).read()
  t.match(first, { ssid: 'River hub', passphrase: /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/, country: null, lans: [] })
  t.same((await start(t, directory, 'Another name')).read(), first)
})

t.test('what was set before the first start is kept', async (t) => {
  const directory = t.testdir()
  writeFileSync(join(directory, SETTINGS_FILE), JSON.stringify({ network: { ssid: 'Napo', country: 'EC' } }))
  t.match((await start(t, directory, 'River hub')).read(), {
    ssid: 'Napo',
    country: 'EC',
    passphrase: String
  })
})

t.test('what was written down for the first start is taken then, and not later', async (t) => {
  const directory = t.testdir()
  const first = { ssid: 'Casa del río', passphrase: 'lluvia tambor', country: 'EC' }
  t.match((await start(t, directory, 'River hub', first)).read(), first)
  const later = { ssid: 'Other', passphrase: 'other words', country: 'PE' }
  t.match((await start(t, directory, 'River hub', later)).read(), first)
})

t.test('a saved change is in the file', async (t) => {
  const directory = t.testdir()
  const kept = await start(t, directory, 'River hub')
  await kept.save({ ...kept.read(), channel: 6, lans: ['eth0'] })
  const file = JSON.parse(readFileSync(join(directory, SETTINGS_FILE), 'utf8')) as { network: object }
  t.match(file, { network: { channel: 6, lans: ['eth0'] } })
  t.match((await start(t, directory, 'x')).read(), { channel: 6, lans: ['eth0'] })
})
