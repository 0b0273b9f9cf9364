import type { ProjectView } from '../../../service/web/project-schemas.ts'
import { formatDate } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { roleName } from './role-name.ts'

/** What the hub is in a project, and how much of it there is. Counts are left out while the hub cannot read them. */
export function ProjectFacts({ project }: { project: ProjectView }) {
  const { role, members, observations, tracks, photos, mirror, joinedAt, description } = project
  return (
    <>
      {description !== null && description !== '' && (
        <p>
          <bdi>{description}</bdi>
        </p>
      )}
      <p class="quiet">
        {t('projects.hubIs', { role: roleName(role) })} · {t('projects.members', { count: members })} ·{' '}
        {t('projects.joined', { date: formatDate(joinedAt) })}
      </p>
      {observations === null ? (
        <p>{t('projects.notReadable')}</p>
      ) : (
        <p>
          {t('projects.observations', { count: observations })} ·{' '}
          {t('projects.tracks', { count: tracks ?? 0 })}
          {photos !== null && (
            <>
              {' · '}
              {t('projects.photos', { count: photos.known })}
              {photos.held < photos.known && ` (${t('projects.photosHere', { count: photos.held })})`}
            </>
          )}
          {mirror === 'catching-up' && ` · ${t('projects.catchingUp')}`}
        </p>
      )}
    </>
  )
}
