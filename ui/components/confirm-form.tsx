import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/messages.ts'
import type { Refused } from '../model/request.ts'
import { useAction } from '../model/use-action.ts'
import { Failure } from './failure.tsx'
import { Field, PassphraseField } from './field.tsx'
import { Icon, type IconName } from './icon.tsx'

interface ConfirmFormProps {
  /** Begins the ids of the fields: two such forms may be open in a view. */
  id: string
  label: string
  icon?: IconName
  /** Asks for a name to be typed besides, such as that of what is deleted. */
  nameLabel?: string
  passphraseHint?: string
  /** What is sent with the office passphrase. The fields are empty again when it resolves. */
  onConfirm: (typed: { passphrase: string; confirmation: string }) => Promise<void>
  /** Below a failure: what to do about it. */
  remedy?: (failure: Refused) => ComponentChildren
  /** What will happen, and what else there is to say. */
  children?: ComponentChildren
  class?: string
}

/** What cannot be taken back, or shows secrets, needs the office passphrase once more. */
export function ConfirmForm({
  id,
  label,
  icon,
  nameLabel,
  passphraseHint,
  onConfirm,
  remedy,
  children,
  class: className = 'card stack'
}: ConfirmFormProps) {
  const { isRunning, failure, run } = useAction()
  const [passphrase, setPassphrase] = useState('')
  const [confirmation, setConfirmation] = useState('')
  const send = (event: Event) => {
    event.preventDefault()
    run(async () => {
      await onConfirm({ passphrase, confirmation })
      setPassphrase('')
      setConfirmation('')
    })
  }
  return (
    <form class={className} onSubmit={send}>
      {children}
      {nameLabel !== undefined && (
        <Field
          id={`${id}-name`}
          label={nameLabel}
          value={confirmation}
          onValue={setConfirmation}
          autocomplete="off"
          required
        />
      )}
      <PassphraseField
        id={`${id}-passphrase`}
        label={t('office.passphrase')}
        {...(passphraseHint === undefined ? {} : { hint: passphraseHint })}
        value={passphrase}
        onValue={setPassphrase}
        autocomplete="current-password"
        required
      />
      <div>
        <button class="primary" type="submit" disabled={isRunning}>
          {icon !== undefined && <Icon name={icon} />}
          {label}
        </button>
      </div>
      <Failure failure={failure} />
      {failure !== null && remedy?.(failure)}
    </form>
  )
}
