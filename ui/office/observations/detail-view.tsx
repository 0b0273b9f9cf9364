import './observations.css'
import type {
  ObservationAtView,
  ObservationDetailView,
  CategoryView
} from '../../../service/web/document-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatDateTime, formatNumber } from '../../i18n/format.ts'
import { spoken, t } from '../../i18n/messages.ts'
import { get, Refused } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { href, route } from '../../router.ts'
import type { OfficeViewProps } from '../views.ts'
import { CategoryIcon } from './category-icon.tsx'
import { DeviceName, useDeviceNames } from './device-name.tsx'
import { FieldTable } from './field-table.tsx'
import { History } from './history.tsx'
import { MapOf } from './map/map-of.tsx'
import { Media } from './media.tsx'

/** One observation, to read: nothing is changed here. `ref` is its docId, or a version as `discoveryKey-block`. */
export default function DetailView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const ref = params['ref'] ?? ''
  const language = spoken.value.tag
  const detail = useLoaded(() => read(projectId, ref, language), [projectId, ref, language])
  const names = useDeviceNames(projectId)
  const { path, query } = route.value
  const back = href(`/${path.slice(0, -1).join('/')}`, Object.fromEntries(query))
  return (
    <>
      <p>
        <a href={back} class="button">
          <Icon name="back" />
          {t('observations.back')}
        </a>
      </p>
      <Loaded of={detail} title={t('observations.title')}>
        {(value) => <Detail projectId={projectId} names={names} {...value} />}
      </Loaded>
    </>
  )
}

interface Read {
  detail: ObservationDetailView
  category: CategoryView | undefined
}

async function read(projectId: string, ref: string, language: string): Promise<Read> {
  const base = `/api/projects/${projectId}`
  const docId = ref.includes('-') ? await docIdAt(base, ref.replace('-', '/')) : ref
  const [detail, categories] = await Promise.all([
    get<ObservationDetailView>(`${base}/observations/${docId}/detail?lang=${language}`),
    get<CategoryView[]>(`${base}/categories?lang=${language}`)
  ])
  return { detail, category: categories.find((one) => one.docId === detail.observation.categoryId) }
}

async function docIdAt(base: string, version: string): Promise<string> {
  const [found] = await get<ObservationAtView[]>(`${base}/observations/at?versions=${version}`)
  if (found?.observation == null) throw new Refused('DOCUMENT_NOT_FOUND', 'There is no such observation')
  return found.observation.docId
}

interface DetailProps extends Read {
  projectId: string
  names: ReadonlyMap<string, string | null>
}

function Detail({ projectId, names, detail, category }: DetailProps) {
  const { observation, position, fields, versions, versionsTotal } = detail
  return (
    <>
      <div class="detail-heading">
        <CategoryIcon projectId={projectId} category={category} size={56} />
        <ViewTitle title={category?.name ?? observation.category ?? t('observations.noCategory')} />
      </div>
      {observation.deleted && <Notice tone="attention">{t('observations.isDeleted')}</Notice>}
      {observation.forks.length > 0 && (
        <Notice tone="attention">{t('observations.hasForks', { count: observation.forks.length })}</Notice>
      )}
      <dl class="detail-facts">
        <dt>{t('observations.when')}</dt>
        <dd>{formatDateTime(observation.createdAt)}</dd>
        <dt>{t('observations.collector')}</dt>
        <dd>
          <DeviceName id={observation.createdBy} names={names} />
        </dd>
        <dt>{t('observations.where')}</dt>
        <dd>{position === null ? t('observations.noPosition') : positionText(position)}</dd>
      </dl>
      {observation.attachments.length > 0 && (
        <Media projectId={projectId} attachments={observation.attachments} />
      )}
      <section class="stack-tight">
        <h2>{t('observations.answers')}</h2>
        {fields.length === 0 ? (
          <Empty icon="list">{t('observations.noAnswers')}</Empty>
        ) : (
          <FieldTable fields={fields} />
        )}
      </section>
      {position !== null && (
        <MapOf
          label={t('observations.map')}
          shapes={[{ type: 'Point', coordinates: [position.lon, position.lat] }]}
        />
      )}
      <History versions={versions} total={versionsTotal} names={names} />
    </>
  )
}

function positionText({
  lat,
  lon,
  accuracyM,
  altitudeM,
  manual
}: NonNullable<ObservationDetailView['position']>) {
  const parts = [`${lat.toFixed(5)}, ${lon.toFixed(5)}`]
  if (accuracyM !== null) parts.push(t('observations.accuracy', { metres: Math.round(accuracyM) }))
  if (altitudeM !== null)
    parts.push(t('observations.altitude', { metres: formatNumber(Math.round(altitudeM)) }))
  if (manual) parts.push(t('observations.manual'))
  return parts.join(' · ')
}
