import './project.css'
import { useEffect } from 'preact/hooks'
import type { ProjectView as Project } from '../../../service/web/project-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { href } from '../../router.ts'
import type { OfficeViewProps } from '../views.ts'
import { Delivery } from './delivery.tsx'
import { LeaveProject } from './leave-project.tsx'
import { Members } from './members.tsx'
import { ProjectFacts } from './project-facts.tsx'

/** One project: how much there is, whose data has reached whom, and who is in it. */
export default function ProjectView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const project = useLoaded(() => get<Project>(`/api/projects/${projectId}`), [projectId])
  const { live } = useModel()
  useEffect(
    () =>
      live.on('project', (told) => {
        if (told.id !== projectId) return
        // The hub says why there is nothing to see any more.
        if (told.role === 'left') project.reload()
        else project.change(() => told)
      }),
    [projectId]
  )
  return (
    <>
      <p>
        <a href={href('/office/projects')}>
          <Icon name="back" size={18} /> {t('office.projects')}
        </a>
      </p>
      <Loaded of={project} title={t('office.projects')}>
        {(project) => (
          <>
            <ViewTitle title={project.name ?? t('common.unnamedProject')} />
            <ProjectFacts project={project} />
            <Delivery projectId={projectId} />
            <Members projectId={projectId} />
            <LeaveProject projectId={projectId} />
          </>
        )}
      </Loaded>
    </>
  )
}
