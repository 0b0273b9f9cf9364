import { useEffect } from 'preact/hooks'
import type { ProjectView } from '../../../service/web/project-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Loaded, Waiting } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { go, href } from '../../router.ts'

/** Which project to look at. Most hubs have one: then nobody is asked. */
export default function ChooseProjectView() {
  const projects = useLoaded(() => get<ProjectView[]>('/api/projects'))
  const { loading } = projects
  const only = loading.state === 'here' && loading.value.length === 1 ? loading.value[0] : undefined
  useEffect(() => {
    if (only !== undefined) go(addressOf(only), { replace: true })
  }, [only])
  return (
    <>
      <ViewTitle title={t('observations.title')} />
      {only === undefined ? (
        <Loaded of={projects} empty={<Empty icon="projects">{t('projects.none')}</Empty>}>
          {(list) => (
            <ul class="plain stack">
              {list.map((project) => (
                <li key={project.id} class="card stack-tight">
                  <a href={addressOf(project)}>
                    <strong>
                      <bdi>{project.name ?? t('common.unnamedProject')}</bdi>
                    </strong>
                  </a>
                  {project.observations !== null && (
                    <span class="quiet">{t('observations.all', { count: project.observations })}</span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      ) : (
        <Waiting />
      )}
    </>
  )
}

function addressOf({ id }: ProjectView): string {
  return href(`/office/projects/${id}/observations`)
}
