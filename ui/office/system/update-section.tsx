import { useEffect, useState } from 'preact/hooks'
import type { UpdateView } from '../../../service/web/update-schemas.ts'
import { ConfirmForm } from '../../components/confirm-form.tsx'
import { Notice } from '../../components/notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { t } from '../../i18n/messages.ts'
import { get, post } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { upload } from '../files/upload.ts'
import { isOnShelf } from '../shelf/read-shelf.ts'

/** How often the page looks while a bundle is written. A start into the new version is noticed by the lost connection. */
const LOOK_MS = 2_000

/** The software of the machine: what became of the latest update, and another one from a file. */
export function UpdateSection() {
  const update = useLoaded(() => get<UpdateView>('/api/update'))
  const { loading, reload, change } = update
  const view = loading.state === 'here' ? loading.value : null
  const isUnderWay = view?.latest?.state === 'installing' || view?.latest?.state === 'restarting'
  useEffect(() => {
    if (!isUnderWay) return
    const timer = window.setInterval(reload, LOOK_MS)
    return () => window.clearInterval(timer)
  }, [isUnderWay])
  if (view === null || !view.available) return null
  return (
    <section class="stack" aria-labelledby="update">
      <h2 id="update">{t('update.title')}</h2>
      <p>{t('update.what', { version: view.running })}</p>
      <Latest view={view} />
      {!isUnderWay && <Install onBegun={(begun) => change(() => begun)} />}
    </section>
  )
}

function Latest({ view: { latest } }: { view: UpdateView }) {
  if (latest === null) return null
  const version = latest.version ?? ''
  switch (latest.state) {
    case 'installing':
      return (
        <div role="status">
          <p>{t('update.installing')}</p>
          <ProgressBar label={t('update.installing')} fraction={latest.percent / 100} />
        </div>
      )
    case 'restarting':
      return (
        <Notice tone="busy" role="status">
          {t('update.restarting')}
        </Notice>
      )
    case 'confirmed':
      return <Notice tone="good">{t('update.confirmed', { version })}</Notice>
    case 'refused':
      return (
        <Notice tone="bad" role="status">
          {t('update.refused')} <Detail text={latest.detail} />
        </Notice>
      )
    case 'failed':
      return (
        <Notice tone="bad" role="status">
          {t('update.failed', { version })} <Detail text={latest.detail} />
        </Notice>
      )
  }
}

/** The machine's own words. */
function Detail({ text }: { text: string | null }) {
  return text === null ? null : <code lang="en">{text}</code>
}

function Install({ onBegun }: { onBegun: (view: UpdateView) => void }) {
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  return (
    <ConfirmForm
      id="update"
      icon="upload"
      label={t('update.install')}
      onConfirm={async ({ passphrase }) => {
        if (file === null) return
        try {
          // One that was sent before, and not installed for a wrong passphrase, is there already.
          if (!(await isOnShelf(file))) {
            await upload({ file, path: '/api/shelf', isThere: isOnShelf, onProgress: setSent })
          }
          onBegun(await post<UpdateView>('/api/update', { file: file.name, passphrase }))
        } finally {
          setSent(null)
        }
      }}
    >
      <Notice tone="attention">{t('update.before')}</Notice>
      <div class="field">
        <label for="update-file">{t('update.file')}</label>
        <input
          id="update-file"
          type="file"
          accept=".raucb"
          required
          disabled={sent !== null}
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
      </div>
      {sent !== null && (
        <div role="status">
          <ProgressBar label={t('update.sending')} fraction={sent} />
        </div>
      )}
    </ConfirmForm>
  )
}
