import type { ProjectView } from '../../../service/web/project-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'

/** The projects that the hub is in. */
export default function ProjectsView() {
  const projects = useLoaded(() => get<ProjectView[]>('/api/projects'))
  return (
    <>
      <ViewTitle title={t('office.projects')} />
      <Loaded of={projects} empty={<Empty icon="projects">{t('projects.none')}</Empty>}>
        {(list) => (
          <ul class="plain stack">
            {list.map(({ id, name }) => (
              <li key={id} class="card">
                <h2>
                  <bdi>{name ?? t('common.unnamedProject')}</bdi>
                </h2>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}
