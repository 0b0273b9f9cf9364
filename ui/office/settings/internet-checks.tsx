import { useState } from 'preact/hooks'
import { Choice } from '../../components/choice.tsx'
import { t } from '../../i18n/messages.ts'
import { changeNetwork } from '../../model/network-api.ts'
import type { NetworkPartProps } from './network-part.ts'
import { Section } from './section.tsx'

const MODES = [
  { mode: 'quiet', label: 'radio.checksQuiet', hint: 'radio.checksQuietHint' },
  { mode: 'welcome', label: 'radio.checksWelcome', hint: 'radio.checksWelcomeHint' },
  { mode: 'off', label: 'radio.checksOff', hint: 'radio.checksOffHint' }
] as const

/** What phones are told that ask whether this Wi-Fi has internet. */
export function InternetChecks({ settings, onChanged }: NetworkPartProps) {
  const [portal, setPortal] = useState(settings.portal)
  return (
    <Section
      title={t('radio.checks')}
      onSave={async () => {
        const changed = await changeNetwork({ portal })
        onChanged(() => changed)
      }}
    >
      <p class="hint">{t('radio.checksWhat')}</p>
      <fieldset>
        <legend class="spoken-only">{t('radio.checks')}</legend>
        {MODES.map(({ mode, label, hint }) => (
          <Choice
            key={mode}
            id={`checks-${mode}`}
            group="checks"
            label={t(label)}
            hint={t(hint)}
            isChosen={portal === mode}
            onChosen={() => setPortal(mode)}
          />
        ))}
      </fieldset>
    </Section>
  )
}
