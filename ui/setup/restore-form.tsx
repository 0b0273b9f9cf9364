import { useState } from 'preact/hooks'
import { Failure } from '../components/failure.tsx'
import { PassphraseField } from '../components/field.tsx'
import { Notice } from '../components/notice.tsx'
import { t } from '../i18n/messages.ts'
import { post } from '../model/request.ts'
import { useAction } from '../model/use-action.ts'

/** A new card becomes the hub of a backup. */
export function RestoreForm() {
  const { isRunning, failure, run } = useAction()
  const [file, setFile] = useState<File | null>(null)
  const [passphrase, setPassphrase] = useState('')
  const [isDone, setDone] = useState(false)
  const restore = (event: Event) => {
    event.preventDefault()
    if (file === null) return
    run(async () => {
      await post('/api/setup/restore', { file: await inBase64(file), passphrase })
      setDone(true)
    })
  }
  if (isDone) {
    return (
      <Notice tone="busy" role="status">
        {t('backup.restoring')}
      </Notice>
    )
  }
  return (
    <details class="card">
      <summary>{t('backup.restoreTitle')}</summary>
      <form class="stack" onSubmit={restore}>
        <p>{t('backup.restoreWhat')}</p>
        <div class="field">
          <label for="backup-file">{t('backup.file')}</label>
          <input
            id="backup-file"
            type="file"
            required
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
          />
        </div>
        <PassphraseField
          id="backup-passphrase"
          label={t('backup.restorePassphrase')}
          value={passphrase}
          onValue={setPassphrase}
          autocomplete="current-password"
          required
        />
        <div>
          <button type="submit" disabled={isRunning}>
            {t('backup.restore')}
          </button>
        </div>
        <Failure failure={failure} />
      </form>
    </details>
  )
}

function inBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    // A data address: what stands before the comma is about the kind of file.
    reader.onload = () =>
      resolve(typeof reader.result === 'string' ? (reader.result.split(',')[1] ?? '') : '')
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read'))
    reader.readAsDataURL(file)
  })
}
