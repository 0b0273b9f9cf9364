import { useEffect, useState } from 'preact/hooks'
import { PassphraseField } from '../components/field.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import type { Tone } from '../components/notice.tsx'
import { t, type MessageKey } from '../i18n/messages.ts'
import { strengthOf, type Strength } from './strength.ts'

const SHOWN: Record<Strength, { tone: Tone; icon: IconName; text: MessageKey }> = {
  short: { tone: 'attention', icon: 'key', text: 'setup.strengthShort' },
  weak: { tone: 'attention', icon: 'warning', text: 'setup.strengthWeak' },
  good: { tone: 'good', icon: 'check', text: 'setup.strengthGood' }
}

interface NewPassphraseProps {
  value: string
  onValue: (value: string) => void
}

/** A new office passphrase, judged while it is typed. */
export function NewPassphrase({ value, onValue }: NewPassphraseProps) {
  const [strength, setStrength] = useState<Strength | null>(null)
  useEffect(() => {
    let isWanted = true
    if (value === '') setStrength(null)
    else {
      strengthOf(value).then(
        (judged) => isWanted && setStrength(judged),
        // Without the lists the hub judges alone, when the passphrase is sent.
        () => isWanted && setStrength(null)
      )
    }
    return () => {
      isWanted = false
    }
  }, [value])
  return (
    <div class="stack-tight">
      <PassphraseField
        id="new-passphrase"
        label={t('setup.passphrase')}
        hint={t('setup.passphraseHint')}
        value={value}
        onValue={onValue}
        autocomplete="new-password"
        required
      />
      <div role="status">
        {strength !== null && (
          <span class={`state tone-${SHOWN[strength].tone}`}>
            <Icon name={SHOWN[strength].icon} size={20} />
            {t(SHOWN[strength].text)}
          </span>
        )}
      </div>
    </div>
  )
}
