import pino from 'pino'
import t, { type Test } from 'tap'
import { resolveConfig } from '../../../../service/config.ts'
import { Settings } from '../../../../service/system/settings.ts'
import { SettingsView } from '../../../../service/web/views/settings-view.ts'

async function openView(t: Test, toml: string) {
  const config = resolveConfig({ file: { path: 'waystation.toml', text: toml }, env: {}, flags: {} })
  const settings = new Settings({ directory: t.testdir(), logger: pino({ enabled: false }) })
  await settings.ready()
  t.teardown(() => settings.close())
  return new SettingsView({
    settings,
    config,
    hubName: () => config.name ?? settings.get('hub').name ?? 'Waystation 1F3A',
    language: () => config.language ?? settings.get('hub').language
  })
}

t.test('what the configuration does not say is the office’s to change', async (t) => {
  const view = await openView(t, '')
  t.match(view.read(), { hub: { name: 'Waystation 1F3A', language: 'en' }, fixed: [] })
  t.match(await view.change({ hub: { name: 'Río', language: 'fr' } }), {
    hub: { name: 'Río', language: 'fr' }
  })
})

for (const [name, toml, other] of [
  ['name', 'name = "River house"', 'language'],
  ['language', 'language = "es-419"', 'name']
] as const) {
  t.test(`a ${name} that the configuration says is shown as fixed, and not changed`, async (t) => {
    const view = await openView(t, toml)
    const before = view.read()
    t.same(before.fixed, [`hub.${name}`])
    await t.rejects(view.change({ hub: { name: 'Río', language: 'fr' } }), {
      code: 'SETTING_FIXED',
      message: `The ${name} of the hub is fixed by its configuration`
    })
    t.same(view.read(), before, 'nothing of the change was made')
    t.match(await view.change({ hub: { [other]: 'fr' } }), {
      hub: { [other]: 'fr', [name]: before.hub[name] }
    })
  })
}
