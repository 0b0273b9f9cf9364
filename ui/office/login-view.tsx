import { useState } from 'preact/hooks'
import { EncryptedDoor, useEncryptedDoor } from '../components/encrypted-door.tsx'
import { Failure } from '../components/failure.tsx'
import { PassphraseField } from '../components/field.tsx'
import { Notice } from '../components/notice.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useAction } from '../model/use-action.ts'
import { useModel } from '../model/use-model.ts'

/** The door of the office. */
export function LoginView() {
  const model = useModel()
  const [passphrase, setPassphrase] = useState('')
  const { isRunning, failure, run } = useAction()
  const door = useEncryptedDoor()
  if (door !== null) {
    return (
      <div class="stack">
        <ViewTitle title={t('office.title')} />
        <EncryptedDoor url={door} />
      </div>
    )
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(() => model.login(passphrase))
      }}
    >
      <ViewTitle title={t('office.title')} />
      {model.sessionEnded.value && (
        <Notice tone="attention" role="status" icon="clock">
          {t('office.sessionEnded')}
        </Notice>
      )}
      <p>{t('office.whatFor')}</p>
      <PassphraseField
        id="passphrase"
        label={t('office.passphrase')}
        value={passphrase}
        onValue={setPassphrase}
        autocomplete="current-password"
        required
      />
      <Failure failure={failure} />
      <div>
        <button type="submit" disabled={isRunning}>
          {t('office.logIn')}
        </button>
      </div>
    </form>
  )
}
