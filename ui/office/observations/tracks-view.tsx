import './observations.css'
import type { AlertPage, AlertView, TrackPage, TrackView } from '../../../service/web/document-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatDateTime, formatNumber } from '../../i18n/format.ts'
import { spoken, t } from '../../i18n/messages.ts'
import { href } from '../../router.ts'
import type { OfficeViewProps } from '../views.ts'
import { BackTo } from './back-to.tsx'
import { DeviceName, useDeviceNames } from './device-name.tsx'
import { MapOf } from './map/map-of.tsx'
import { MoreButton, usePages } from './pages.tsx'

/** Tracks that people walked, and alerts that were detected from afar. */
export default function TracksView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const names = useDeviceNames(projectId)
  const base = `/api/projects/${projectId}`
  const tracks = usePages<TrackView, TrackPage>(
    `${base}/tracks?limit=50&lang=${spoken.value.tag}`,
    (page) => page.tracks
  )
  const alerts = usePages<AlertView, AlertPage>(`${base}/alerts?limit=50`, (page) => page.alerts)
  return (
    <>
      <BackTo projectId={projectId} />
      <ViewTitle title={t('observations.tracksAndAlerts')} />
      <h2>{t('observations.tracks')}</h2>
      <Loaded of={tracks.reading} empty={<Empty icon="history">{t('observations.noTracks')}</Empty>}>
        {(list) => (
          <ul class="plain stack">
            {list.map((track) => (
              <li key={track.docId} class="card stack-tight">
                <a href={href(`/office/projects/${projectId}/tracks/${track.docId}`)}>
                  <strong>{track.category ?? t('observations.track')}</strong>
                </a>
                <span>{formatDateTime(track.createdAt)}</span>
                <span class="quiet">
                  <DeviceName id={track.createdBy} names={names} />
                  {' · '}
                  {t('observations.kilometres', { km: formatNumber(Math.round(track.lengthM / 100) / 10) })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <MoreButton pages={tracks} />
      <h2>{t('observations.alerts')}</h2>
      <Loaded of={alerts.reading} empty={<Empty icon="warning">{t('observations.noAlerts')}</Empty>}>
        {(list) => (
          <ul class="plain stack">
            {list.map((alert) => (
              <Alert key={alert.docId} alert={alert} />
            ))}
          </ul>
        )}
      </Loaded>
      <MoreButton pages={alerts} />
    </>
  )
}

function Alert({ alert }: { alert: AlertView }) {
  const { detectedFrom, detectedTo, sourceId, metadata, geometry } = alert
  return (
    <li class="card stack-tight">
      <strong>
        <bdi>{sourceId}</bdi>
      </strong>
      {detectedFrom !== null && (
        <span>{t('observations.detectedFrom', { when: formatDateTime(detectedFrom) })}</span>
      )}
      {detectedTo !== null && (
        <span>{t('observations.detectedTo', { when: formatDateTime(detectedTo) })}</span>
      )}
      {metadata.map(({ label, value }) => (
        <span key={label} class="quiet">
          <bdi>{label}</bdi>: <bdi>{value}</bdi>
        </span>
      ))}
      <details>
        <summary>{t('observations.map')}</summary>
        <MapOf label={t('observations.map')} shapes={[geometry]} />
      </details>
    </li>
  )
}
