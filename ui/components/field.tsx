import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/messages.ts'
import { describedBy, FieldNotes } from './field-notes.tsx'

interface FieldProps {
  id: string
  label: string
  hint?: ComponentChildren
  /** Why the hub did not take what stands here. */
  problem?: string | null
  value: string
  onValue: (value: string) => void
  type?: 'text' | 'password' | 'search' | 'date' | 'number' | 'datetime-local'
  autocomplete?: string
  required?: boolean
  minLength?: number
  maxLength?: number
  min?: number
  max?: number
  lang?: string
}

/** One line of input with its name above and a hint below. */
export function Field({ id, label, hint, problem = null, value, onValue, ...input }: FieldProps) {
  const described = describedBy({ id, hint, problem })
  // Preact's types want one shape for each kind of input; this is any of them.
  const attributes = { id, value, ...described, ...input } as InputHTMLAttributes<HTMLInputElement>
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...attributes} onInput={(event) => onValue(event.currentTarget.value)} />
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  )
}

/** A passphrase, hidden until the person wants to see what the thumb typed. */
export function PassphraseField(props: Omit<FieldProps, 'type'>) {
  const [isShown, setShown] = useState(false)
  return (
    <div>
      <Field {...props} type={isShown ? 'text' : 'password'} />
      <label class="choice">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        {t('common.showPassphrase')}
      </label>
    </div>
  )
}
