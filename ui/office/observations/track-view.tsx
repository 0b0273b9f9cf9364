import './observations.css'
import type { TrackDetailView } from '../../../service/web/document-schemas.ts'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatDateTime, formatNumber } from '../../i18n/format.ts'
import { spoken, t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { href } from '../../router.ts'
import type { OfficeViewProps } from '../views.ts'
import { BackTo } from './back-to.tsx'
import { DeviceName, useDeviceNames } from './device-name.tsx'
import { FieldTable } from './field-table.tsx'
import { History } from './history.tsx'
import { MapOf } from './map/map-of.tsx'

/** One track: its line on the map, and what was observed on the way. */
export default function OneTrackView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const docId = params['docId'] ?? ''
  const language = spoken.value.tag
  const names = useDeviceNames(projectId)
  const detail = useLoaded(
    () => get<TrackDetailView>(`/api/projects/${projectId}/tracks/${docId}?lang=${language}`),
    [projectId, docId, language]
  )
  return (
    <>
      <BackTo projectId={projectId} />
      <Loaded of={detail} title={t('observations.track')}>
        {({ track, fields, versions, versionsTotal }) => (
          <>
            <ViewTitle title={track.category ?? t('observations.track')} />
            <dl class="detail-facts">
              <dt>{t('observations.when')}</dt>
              <dd>
                {formatDateTime(track.startedAt ?? track.createdAt)}
                {track.endedAt !== null && ` – ${formatDateTime(track.endedAt)}`}
              </dd>
              <dt>{t('observations.collector')}</dt>
              <dd>
                <DeviceName id={track.createdBy} names={names} />
              </dd>
              <dt>{t('observations.length')}</dt>
              <dd>
                {t('observations.kilometres', { km: formatNumber(Math.round(track.lengthM / 10) / 100) })}
              </dd>
            </dl>
            <MapOf label={t('observations.map')} shapes={[{ type: 'LineString', coordinates: track.line }]} />
            {fields.length > 0 && <FieldTable fields={fields} />}
            {track.observations.length > 0 && (
              <section class="stack-tight">
                <h2>{t('observations.onTheWay')}</h2>
                <ul>
                  {track.observations.map((id, n) => (
                    <li key={id}>
                      <a href={href(`/office/projects/${projectId}/observations/${id}`)}>
                        {t('observations.number', { number: n + 1 })}
                      </a>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <History versions={versions} total={versionsTotal} names={names} />
          </>
        )}
      </Loaded>
    </>
  )
}
