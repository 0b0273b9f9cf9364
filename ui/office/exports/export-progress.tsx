import { useEffect, useState } from 'preact/hooks'
import type { ExportRunView } from '../../../service/web/export-schemas.ts'
import { failureText } from '../../components/failure.tsx'
import { Notice } from '../../components/notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { formatBytes } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get, Refused, remove } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'

const LOOK_MS = 1_000

/** How far an export is, and when the stick may be pulled out. */
export function ExportProgress({ id }: { id: string }) {
  const [run, setRun] = useState<ExportRunView | null>(null)
  const [isLost, setLost] = useState(false)
  const { isRunning, run: act } = useAction()
  useEffect(() => {
    let timer = 0
    const look = async () => {
      try {
        const now = await get<ExportRunView>(`/api/exports/${id}`)
        setRun(now)
        setLost(false)
        if (now.state !== 'running') return
      } catch {
        // It has not begun yet, or the hub does not answer for a moment.
        setLost(true)
      }
      timer = window.setTimeout(() => void look(), LOOK_MS)
    }
    void look()
    return () => window.clearTimeout(timer)
  }, [id])
  if (run === null) return null
  const done = run.steps.done + run.files.done
  const total = run.steps.total + run.files.total
  return (
    <section class="card stack-tight" aria-label={t('exports.progress')}>
      <strong>
        <bdi>{run.fileName}</bdi>
      </strong>
      {run.state === 'running' && (
        <>
          <ProgressBar
            fraction={total === 0 ? 0 : Math.min(0.99, done / total)}
            label={t('exports.progress')}
          />
          <p class="quiet">{t('exports.written', { amount: formatBytes(run.bytes) })}</p>
          {isLost && <p class="quiet">{t('common.lost')}</p>}
          {run.target === 'usb' && (
            <div>
              <Notice tone="busy">{t('exports.dontPull')}</Notice>
              <button
                type="button"
                disabled={isRunning}
                onClick={() => act(async () => setRun(await remove<ExportRunView>(`/api/exports/${id}`)))}
              >
                {t('exports.stop')}
              </button>
            </div>
          )}
        </>
      )}
      <Ended run={run} />
    </section>
  )
}

function Ended({ run }: { run: ExportRunView }) {
  switch (run.state) {
    case 'running':
      return null
    case 'done':
      return (
        <Notice tone="good" role="status">
          {t(run.target === 'usb' ? 'exports.doneUsb' : 'exports.done', { amount: formatBytes(run.bytes) })}
        </Notice>
      )
    case 'cancelled':
      return (
        <Notice tone="calm" role="status">
          {t('exports.cancelled')}
        </Notice>
      )
    case 'failed':
      return (
        <Notice tone="bad" role="alert">
          {failureText(new Refused(run.error?.code ?? 'INTERNAL', run.error?.detail ?? ''))}
        </Notice>
      )
  }
}
