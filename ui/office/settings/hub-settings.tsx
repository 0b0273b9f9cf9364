import { LANGUAGES } from 'virtual:languages'
import { useState } from 'preact/hooks'
import type { SettingsChange, SettingsView } from '../../../service/web/settings-schemas.ts'
import { Field } from '../../components/field.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { t } from '../../i18n/messages.ts'
import { Section } from './section.tsx'

interface HubSettingsProps {
  settings: SettingsView
  save: (change: SettingsChange) => Promise<void>
}

/** What the hub is called, and what it speaks. */
export function HubSettings({ settings: { hub, fixed }, save }: HubSettingsProps) {
  const [name, setName] = useState(hub.name)
  const [language, setLanguage] = useState(hub.language)
  const isNameFixed = fixed.includes('hub.name')
  const isLanguageFixed = fixed.includes('hub.language')
  const changed = {
    ...(isNameFixed ? {} : { name: name.trim() }),
    ...(isLanguageFixed ? {} : { language })
  }
  return (
    <Section title={t('setup.hub')} onSave={() => save({ hub: changed })}>
      {isNameFixed ? (
        <Fixed label={t('setup.hubName')} value={hub.name} />
      ) : (
        <Field
          id="hub-name"
          label={t('setup.hubName')}
          hint={t('setup.hubNameHint')}
          value={name}
          onValue={setName}
          maxLength={60}
          required
        />
      )}
      {isLanguageFixed ? (
        <Fixed
          label={t('setup.hubLanguage')}
          value={LANGUAGES.find(({ tag }) => tag === hub.language)?.name ?? hub.language}
        />
      ) : (
        <SelectField id="hub-language" label={t('setup.hubLanguage')} value={language} onValue={setLanguage}>
          {LANGUAGES.map(({ tag, name }) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </Section>
  )
}

/** What the configuration of the run decides. */
function Fixed({ label, value }: { label: string; value: string }) {
  return (
    <p>
      {label}: <bdi>{value}</bdi> <span class="hint">{t('errors.settingFixed')}</span>
    </p>
  )
}
