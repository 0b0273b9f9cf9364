import { useState } from 'preact/hooks'
import { ConfirmForm } from '../../components/confirm-form.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { postForFile } from '../../model/request.ts'
import { saveFile } from '../../model/save-file.ts'

/** The keys of the hub in one file, for the day when its card is lost. */
export function BackupSection() {
  const [isDone, setDone] = useState(false)
  return (
    <section class="stack-tight" aria-labelledby="backup">
      <h2 id="backup">{t('backup.title')}</h2>
      <p>{t('backup.what')}</p>
      <p>{t('backup.never')}</p>
      <ConfirmForm
        id="backup"
        class="stack"
        icon="download"
        label={t('backup.make')}
        passphraseHint={t('backup.passphraseHint')}
        onConfirm={async ({ passphrase }) => {
          setDone(false)
          const file = await postForFile('/api/system/backup', { passphrase })
          const day = new Date().toISOString().slice(0, 10)
          saveFile(file, `waystation-${day}.backup`)
          setDone(true)
        }}
      />
      {isDone && (
        <Notice tone="good" role="status">
          {t('backup.made')}
        </Notice>
      )}
    </section>
  )
}
