import type { ObservationView } from '../../../service/web/observation-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { formatDateTime } from '../../i18n/format.ts'
import { href } from '../../router.ts'
import { CategoryIcon } from './category-icon.tsx'
import { collectorColor, NO_COLLECTOR_COLOR } from './collector-colors.ts'
import { queryOf, type ObservationFilter } from './filter.ts'
import type { ProjectData } from './project-data.ts'
import { categoryOf, deviceOf, hasAudio, hasPhoto, versionOf } from './table.ts'
import { thumbnailOf } from './thumbnail.ts'

interface ObservationRowProps {
  project: ProjectData
  row: number
  /** Undefined until it has come. */
  observation: ObservationView | null | undefined
  filter: ObservationFilter
  position: { at: number; of: number }
}

/** One observation: what, when, by whom; the bar at its side has the colour of the collector. */
export function ObservationRow({ project, row, observation, filter, position }: ObservationRowProps) {
  const { table, categories } = project
  const categoryId = categoryOf(table, row)
  const category = categoryId === null ? undefined : categories.get(categoryId)
  const collector = deviceOf(table, row)
  const color = collector === null ? NO_COLLECTOR_COLOR : collectorColor(table.device[row] as number)
  const thumbnail = thumbnailOf(project.projectId, observation)
  const version = versionOf(table, row).replace('/', '-')
  const address = href(`/office/projects/${project.projectId}/observations/${version}`, queryOf(filter))
  return (
    <li class="observation-row" aria-posinset={position.at} aria-setsize={position.of}>
      <a href={address}>
        <span class="collector-bar" style={{ backgroundColor: color }} />
        <CategoryIcon projectId={project.projectId} category={category} />
        <span class="observation-text">
          <strong>{category?.name ?? t('observations.noCategory')}</strong>
          <span class="quiet">
            {/* Where there is no room for both, the name stays: the colour of the bar must not be needed. */}
            <bdi>{collector?.name ?? t('common.unnamedDevice')}</bdi>
            {' · '}
            {formatDateTime(new Date((table.time[row] as number) * 1000).toISOString())}
          </span>
        </span>
        {hasAudio(table, row) && <Icon name="sound" label={t('observations.withAudio')} />}
        {thumbnail !== null ? (
          <img class="observation-thumbnail" src={thumbnail} alt="" loading="lazy" width={56} height={56} />
        ) : (
          hasPhoto(table, row) && <Icon name="photo" label={t('observations.withPhoto')} />
        )}
      </a>
    </li>
  )
}
