import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { Settings, SETTINGS_FILE } from '../../../service/system/settings.ts'

const logger = pino({ level: 'silent' })

async function openSettings(directory: string): Promise<Settings> {
  const settings = new Settings({ directory, logger })
  await settings.ready()
  return settings
}

t.test('without a file everything has its default, and no file is made', async (t) => {
  const directory = t.testdir()
  const settings = await openSettings(directory)
  t.same(settings.get('hub'), { name: null, language: 'en' })
  t.same(settings.get('board'), { showProjectNames: false, showDeviceNames: true })
  await t.rejects(readFile(join(directory, SETTINGS_FILE)), { code: 'ENOENT' })
})

t.test('a change is told, leaves the rest as it is, and is there after a restart', async (t) => {
  const directory = t.testdir()
  const settings = await openSettings(directory)
  const told: string[] = []
  settings.on('changed', (section) => told.push(section))
  await settings.update('hub', { name: 'Río' })
  await settings.update('board', { showDeviceNames: false })
  t.same(told, ['hub', 'board'])
  const again = await openSettings(directory)
  t.same(again.get('hub'), { name: 'Río', language: 'en' })
  t.same(again.get('board'), { showProjectNames: false, showDeviceNames: false })
})

t.test('changes that are asked for at once are all made', async (t) => {
  const directory = t.testdir()
  const settings = await openSettings(directory)
  await Promise.all([
    settings.update('hub', { name: 'Río' }),
    settings.update('hub', { language: 'pt-BR' }),
    settings.update('board', { showProjectNames: true })
  ])
  const again = await openSettings(directory)
  t.same(again.get('hub'), { name: 'Río', language: 'pt-BR' })
  t.match(again.get('board'), { showProjectNames: true })
})

t.test('a value that is not accepted changes nothing', async (t) => {
  const directory = t.testdir()
  const settings = await openSettings(directory)
  await settings.update('hub', { name: 'Río' })
  await t.rejects(settings.update('hub', { name: 'two\nlines', language: 'fr' }), {
    code: 'REQUEST_INVALID',
    message: /^hub\/name/
  })
  t.same(settings.get('hub'), { name: 'Río', language: 'en' })
  t.same((await openSettings(directory)).get('hub'), { name: 'Río', language: 'en' })
})

t.test('a damaged file is kept aside, and the hub runs with its defaults', async (t) => {
  const directory = t.testdir({ [SETTINGS_FILE]: '{"hub":{"name":"R' })
  const settings = await openSettings(directory)
  t.match(settings.get('hub'), { name: null })
  t.equal(await readFile(join(directory, `${SETTINGS_FILE}.damaged`), 'utf8'), '{"hub":{"name":"R')
  await settings.update('hub', { name: 'Río' })
  t.match((await openSettings(directory)).get('hub'), { name: 'Río' })
})

t.test('a section that is not accepted has its defaults, and the others are taken', async (t) => {
  const directory = t.testdir({
    [SETTINGS_FILE]: JSON.stringify({ hub: { name: 7 }, board: { showProjectNames: true } })
  })
  const settings = await openSettings(directory)
  t.same(settings.get('hub'), { name: null, language: 'en' })
  t.same(settings.get('board'), { showProjectNames: true, showDeviceNames: true })
})

t.test('a section of another version of the hub is kept as it is', async (t) => {
  const directory = t.testdir()
  const path = join(directory, SETTINGS_FILE)
  await writeFile(path, JSON.stringify({ later: { a: [1] } }))
  const settings = await openSettings(directory)
  await settings.update('hub', { name: 'Río' })
  t.match(JSON.parse(await readFile(path, 'utf8')), { later: { a: [1] }, hub: { name: 'Río' } })
})
