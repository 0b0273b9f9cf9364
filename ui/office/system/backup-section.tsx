import { useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { PassphraseField } from '../../components/field.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { postForFile } from '../../model/request.ts'
import { saveFile } from '../../model/save-file.ts'
import { useAction } from '../../model/use-action.ts'

/** The keys of the hub in one file, for the day when its card is lost. */
export function BackupSection() {
  const { isRunning, failure, run } = useAction()
  const [passphrase, setPassphrase] = useState('')
  const [isDone, setDone] = useState(false)
  const make = (event: Event) => {
    event.preventDefault()
    setDone(false)
    run(async () => {
      const file = await postForFile('/api/system/backup', { passphrase })
      const day = new Date().toISOString().slice(0, 10)
      saveFile(file, `waystation-${day}.backup`)
      setPassphrase('')
      setDone(true)
    })
  }
  return (
    <section class="stack-tight" aria-labelledby="backup">
      <h2 id="backup">{t('backup.title')}</h2>
      <p>{t('backup.what')}</p>
      <p>{t('backup.never')}</p>
      <form class="stack" onSubmit={make}>
        <PassphraseField
          id="backup-passphrase"
          label={t('office.passphrase')}
          hint={t('backup.passphraseHint')}
          value={passphrase}
          onValue={setPassphrase}
          autocomplete="current-password"
          required
        />
        <div>
          <button type="submit" disabled={isRunning}>
            <Icon name="download" />
            {t('backup.make')}
          </button>
        </div>
        <Failure failure={failure} />
        {isDone && (
          <Notice tone="good" role="status">
            {t('backup.made')}
          </Notice>
        )}
      </form>
    </section>
  )
}
