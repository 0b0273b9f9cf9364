import type { ProjectView } from '../../service/web/project-schemas.ts'
import type { HubModel } from '../hub-model.ts'
import { LoadedList } from './loaded-list.tsx'

export function ProjectList({ model }: { model: HubModel }) {
  return (
    <section aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      <LoadedList list={model.projects.value} empty="The hub is in no project yet.">
        {(project) => <ProjectRow key={project.id} project={project} />}
      </LoadedList>
    </section>
  )
}

function ProjectRow({ project }: { project: ProjectView }) {
  const { id, name, members, observations, photos, mirror } = project
  return (
    <li>
      <strong>{name ?? 'Unnamed project'}</strong>
      <div>
        {members} members
        {observations !== null && `, ${observations} observations`}
        {photos !== null && `, ${photos.held} of ${photos.known} photos`}
      </div>
      {mirror === 'catching-up' && <div class="muted">Still counting</div>}
      {observations !== null && <a href={`/api/projects/${id}/export.geojson`}>Save as GeoJSON</a>}
    </li>
  )
}
