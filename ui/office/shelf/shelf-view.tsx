import { useRef, useState } from 'preact/hooks'
import type { ShelfFileView, ShelfView as Shelf } from '../../../service/web/shelf-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get, remove } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { upload } from './upload.ts'

/** Files for phones on the network: the app, maps, categories. Everybody sees them on the board. */
export default function ShelfView() {
  const shelf = useLoaded(() => get<Shelf>('/api/shelf'))
  return (
    <>
      <ViewTitle title={t('shelf.title')} />
      <p>{t('shelf.what')}</p>
      <Upload onDone={shelf.reload} />
      <Loaded
        of={shelf}
        empty={<Empty icon="shelf">{t('shelf.none')}</Empty>}
        isEmpty={({ files }) => files.length === 0}
      >
        {({ files, usedBytes, quotaBytes }) => (
          <>
            <p class="quiet">
              {t('shelf.used', { used: formatBytes(usedBytes), quota: formatBytes(quotaBytes) })}
            </p>
            <ul class="plain stack-tight">
              {files.map((file) => (
                <li key={file.name} class="card stack-tight">
                  <File file={file} onRemoved={shelf.reload} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  )
}

function Upload({ onDone }: { onDone: () => void }) {
  const { isRunning, failure, run } = useAction()
  const [sent, setSent] = useState<{ name: string; fraction: number } | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const send = (file: File | undefined) => {
    if (file === undefined) return
    run(async () => {
      try {
        await upload(file, (fraction) => setSent({ name: file.name, fraction }))
        onDone()
      } finally {
        setSent(null)
        if (input.current !== null) input.current.value = ''
      }
    })
  }
  return (
    <div class="card stack-tight">
      <div class="field">
        <label for="shelf-file">{t('shelf.add')}</label>
        <input
          ref={input}
          id="shelf-file"
          type="file"
          disabled={isRunning}
          onChange={(event) => send(event.currentTarget.files?.[0])}
        />
      </div>
      {sent !== null && (
        <div role="status">
          <ProgressBar label={t('shelf.sending', { name: sent.name })} fraction={sent.fraction} />
        </div>
      )}
      <Failure failure={failure} />
    </div>
  )
}

function File({ file, onRemoved }: { file: ShelfFileView; onRemoved: () => void }) {
  const { isRunning, failure, run } = useAction()
  const [isAsked, setAsked] = useState(false)
  const take = () =>
    run(async () => {
      await remove(`/api/shelf/files/${encodeURIComponent(file.name)}`)
      onRemoved()
    })
  return (
    <>
      <h2>
        <a href={`/shelf/${encodeURIComponent(file.name)}`} download>
          <bdi>{file.name}</bdi>
        </a>
      </h2>
      <p class="quiet">
        {formatBytes(file.size)} · {formatDateTime(file.addedAt)}
      </p>
      <div class="row">
        {isAsked ? (
          <>
            <button type="button" class="primary" disabled={isRunning} onClick={take}>
              <Icon name="trash" />
              {t('shelf.removeSure')}
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              {t('shelf.keep')}
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsked(true)}>
            <Icon name="trash" />
            {t('shelf.remove')}
          </button>
        )}
      </div>
      <Failure failure={failure} />
    </>
  )
}
