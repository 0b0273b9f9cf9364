import './exports.css'
import { useState } from 'preact/hooks'
import type { ExportFormat, ExportPlanView, ExportRunView } from '../../../service/web/export-schemas.ts'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatBytes } from '../../i18n/format.ts'
import { spoken, t, type MessageKey } from '../../i18n/messages.ts'
import { get, post } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { route } from '../../router.ts'
import { BackTo } from '../observations/back-to.tsx'
import { apiQueryOf, filterOf, isFiltered, queryOf } from '../observations/filter.ts'
import type { OfficeViewProps } from '../views.ts'
import { ExportProgress } from './export-progress.tsx'

/** What each format is for, in the words of those who will open it. */
const FORMATS: readonly { format: ExportFormat; label: MessageKey; use: MessageKey }[] = [
  { format: 'zip', label: 'exports.zip', use: 'exports.zipUse' },
  { format: 'csv', label: 'exports.csv', use: 'exports.csvUse' },
  { format: 'geojson', label: 'exports.geojson', use: 'exports.geojsonUse' },
  { format: 'kml', label: 'exports.kml', use: 'exports.kmlUse' },
  { format: 'gpx', label: 'exports.gpx', use: 'exports.gpxUse' }
]

/** A project, or what the filter lets through of it, as a file on this phone or on a USB stick. */
export default function ExportView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const { query } = route.value
  const filter = filterOf(query)
  const scope = new URLSearchParams({ ...apiQueryOf(filter), lang: spoken.value.tag }).toString()
  const base = `/api/projects/${projectId}`
  const plan = useLoaded(() => get<ExportPlanView>(`${base}/export-plan?${scope}`), [base, scope])
  const [format, setFormat] = useState<ExportFormat>('zip')
  const [run, setRun] = useState<string | null>(null)
  const { isRunning, failure, run: act } = useAction()
  return (
    <>
      <BackTo projectId={projectId} query={queryOf(filter)} />
      <ViewTitle title={t('exports.title')} />
      {isFiltered(filter) && <Notice tone="calm">{t('exports.filtered')}</Notice>}
      <Loaded of={plan}>
        {(value) => (
          <>
            <Plan plan={value} />
            <fieldset>
              <legend>{t('exports.format')}</legend>
              {FORMATS.map((one) => (
                <label key={one.format} class="choice export-format">
                  <input
                    type="radio"
                    name="format"
                    checked={one.format === format}
                    onChange={() => setFormat(one.format)}
                  />
                  <span>
                    <strong>{t(one.label)}</strong>
                    <span class="hint">{t(one.use)}</span>
                  </span>
                </label>
              ))}
            </fieldset>
            <div class="row">
              <DownloadLink address={`${base}/export.${format}?${scope}`} onStart={setRun} />
              {value.usb !== null && (
                <button
                  type="button"
                  disabled={isRunning}
                  onClick={() =>
                    act(async () => {
                      const { id } = await post<ExportRunView>(`${base}/exports/${format}?${scope}`)
                      setRun(id)
                    })
                  }
                >
                  <Icon name="usb" />
                  {t('exports.toUsb')}
                </button>
              )}
            </div>
            {value.usb !== null && (
              <p class="quiet">{t('exports.usbFree', { amount: formatBytes(value.usb.freeBytes) })}</p>
            )}
          </>
        )}
      </Loaded>
      <Failure failure={failure} />
      {run !== null && <ExportProgress key={run} id={run} />}
    </>
  )
}

/**
 * A plain link: the browser's own downloads take files that are larger than the memory of the phone. Under the id in its
 * address the hub tells how far it is.
 */
function DownloadLink({ address, onStart }: { address: string; onStart: (id: string) => void }) {
  const [id, setId] = useState(newId)
  return (
    <a
      class="button primary"
      href={`${address}&run=${id}`}
      download=""
      onClick={() => {
        onStart(id)
        // The next click is another export. Not before the browser has read this address.
        setTimeout(() => setId(newId()), 0)
      }}
    >
      <Icon name="download" />
      {t('exports.download')}
    </a>
  )
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function Plan({ plan: { observations, tracks, files } }: { plan: ExportPlanView }) {
  return (
    <div class="card stack-tight">
      <span>{t('exports.observations', { count: observations })}</span>
      <span>{t('exports.tracks', { count: tracks })}</span>
      <span>
        {t('exports.files', { count: files.total - files.missing, amount: formatBytes(files.bytes) })}
      </span>
      {files.smallerOnly > 0 && (
        <Notice tone="attention">{t('exports.smallerOnly', { count: files.smallerOnly })}</Notice>
      )}
      {files.missing > 0 && (
        <Notice tone="attention">{t('exports.missing', { count: files.missing })}</Notice>
      )}
    </div>
  )
}
