import { useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { PassphraseField } from '../../components/field.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { post } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'

/** Another office passphrase. Whoever is in the office elsewhere has to log in anew. */
export function PassphraseSection() {
  const { isRunning, failure, run } = useAction()
  const [passphrase, setPassphrase] = useState('')
  const [newPassphrase, setNewPassphrase] = useState('')
  const [isChanged, setChanged] = useState(false)
  const change = (event: Event) => {
    event.preventDefault()
    setChanged(false)
    run(async () => {
      await post('/api/office/passphrase', { passphrase, newPassphrase })
      setPassphrase('')
      setNewPassphrase('')
      setChanged(true)
    })
  }
  return (
    <section class="stack-tight" aria-labelledby="passphrase">
      <h2 id="passphrase">{t('system.changePassphrase')}</h2>
      <form class="stack" onSubmit={change}>
        <PassphraseField
          id="old-passphrase"
          label={t('system.passphraseNow')}
          value={passphrase}
          onValue={setPassphrase}
          autocomplete="current-password"
          required
        />
        <PassphraseField
          id="new-passphrase"
          label={t('system.newPassphrase')}
          hint={t('system.newPassphraseHint')}
          value={newPassphrase}
          onValue={setNewPassphrase}
          autocomplete="new-password"
          required
        />
        <div>
          <button type="submit" disabled={isRunning}>
            {t('system.changePassphrase')}
          </button>
        </div>
        <Failure failure={failure} />
        {isChanged && (
          <Notice tone="good" role="status">
            {t('system.passphraseChanged')}
          </Notice>
        )}
      </form>
    </section>
  )
}
