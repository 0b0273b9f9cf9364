import { useState } from 'preact/hooks'
import { Failure } from '../components/failure.tsx'
import { PassphraseField } from '../components/field.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useAction } from '../model/use-action.ts'
import { useModel } from '../model/use-model.ts'
import { go, href } from '../router.ts'

/** The first run: whoever sets the passphrase is the coordinator of this hub. */
export default function SetupView() {
  const model = useModel()
  const [passphrase, setPassphrase] = useState('')
  const { isRunning, failure, run } = useAction()
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await model.setup(passphrase)
          go(href('/office'))
        })
      }}
    >
      <ViewTitle title={t('setup.title')} />
      <p>{t('setup.passphraseWhy')}</p>
      <PassphraseField
        id="passphrase"
        label={t('setup.passphrase')}
        value={passphrase}
        onValue={setPassphrase}
        autocomplete="new-password"
        required
      />
      <Failure failure={failure} />
      <div>
        <button type="submit" disabled={isRunning}>
          {t('setup.setPassphrase')}
        </button>
      </div>
    </form>
  )
}
