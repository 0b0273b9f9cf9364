import { useEffect } from 'preact/hooks'
import type { ProjectView } from '../../../service/web/project-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { href } from '../../router.ts'
import { ProjectFacts } from './project-facts.tsx'

/** The projects that the hub is in. */
export default function ProjectsView() {
  const projects = useLoaded(() => get<ProjectView[]>('/api/projects'))
  const { live } = useModel()
  useEffect(() => live.on('project', (told) => projects.change((list) => changed(list, told))), [])
  return (
    <>
      <ViewTitle title={t('office.projects')} />
      <Loaded of={projects} empty={<Empty icon="projects">{t('projects.none')}</Empty>}>
        {(list) => (
          <ul class="plain stack">
            {list.map((project) => (
              <li key={project.id} class="card stack-tight">
                <h2>
                  <a href={href(`/office/projects/${project.id}`)}>
                    <bdi>{project.name ?? t('common.unnamedProject')}</bdi> <Icon name="next" size={18} />
                  </a>
                </h2>
                <ProjectFacts project={project} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}

function changed(list: readonly ProjectView[], told: ProjectView): ProjectView[] {
  if (told.role === 'left') return list.filter(({ id }) => id !== told.id)
  const isKnown = list.some(({ id }) => id === told.id)
  return isKnown ? list.map((project) => (project.id === told.id ? told : project)) : [...list, told]
}
