import './observations.css'
import type { ComponentType } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Empty } from '../../components/empty.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { Loaded, Waiting } from '../../components/loaded.tsx'
import { Failure } from '../../components/failure.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t, type MessageKey } from '../../i18n/messages.ts'
import type { Refused } from '../../model/request.ts'
import { toRefused } from '../../model/use-action.ts'
import { go, href, route } from '../../router.ts'
import type { OfficeViewProps } from '../views.ts'
import { Details } from './details.ts'
import { FilterBar } from './filter-bar.tsx'
import { filtered, filterOf, isFiltered, queryOf, type ObservationFilter } from './filter.ts'
import type { MapViewProps } from './map/map-view.tsx'
import { News } from './news.tsx'
import { ObservationList } from './observation-list.tsx'
import { PhotoGrid } from './photo-grid.tsx'
import { useProject, type ProjectData } from './project-data.ts'

const LOOKS = ['map', 'list', 'photos'] as const
type Look = (typeof LOOKS)[number]

const LABELS: Record<Look, { label: MessageKey; icon: IconName }> = {
  map: { label: 'observations.map', icon: 'map' },
  list: { label: 'observations.list', icon: 'list' },
  photos: { label: 'observations.photos', icon: 'grid' }
}

/** What a project has collected, on the map, as a list, or by its photos; one filter for all three. */
export default function ObservationsView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const data = useProject(projectId)
  return (
    <>
      <ViewTitle title={t('observations.title')} />
      <OtherViews projectId={projectId} />
      <Loaded of={data}>
        {(project) => (
          <>
            <News projectId={projectId} shown={project.table.length} onShow={data.reload} />
            {project.table.length === 0 ? (
              <Empty icon="pin">{t('observations.none')}</Empty>
            ) : (
              <Looks project={project} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function OtherViews({ projectId }: { projectId: string }) {
  const base = `/office/projects/${projectId}`
  return (
    <p class="more-views">
      <a href={href(`${base}/tracks`)}>
        <Icon name="history" />
        {t('observations.tracksAndAlerts')}
      </a>
      <a href={href(`${base}/deletions`)}>
        <Icon name="trash" />
        {t('observations.deletions')}
      </a>
    </p>
  )
}

function Looks({ project }: { project: ProjectData }) {
  const { query } = route.value
  const look = LOOKS.find((one) => one === query.get('look')) ?? 'map'
  const filter = useMemo(() => filterOf(query), [query])
  const rows = useMemo(() => filtered(project.table, filter), [project, filter])
  const details = useMemo(() => new Details(project.projectId, project.table), [project])
  const change = (to: ObservationFilter, nextLook: Look = look) =>
    go(href(`/office/projects/${project.projectId}/observations`, { look: nextLook, ...queryOf(to) }), {
      replace: true
    })
  const view = { project, rows, details, filter }
  return (
    <>
      <div class="look-tabs" role="group" aria-label={t('observations.look')}>
        {LOOKS.map((one) => (
          <button key={one} type="button" aria-pressed={one === look} onClick={() => change(filter, one)}>
            <Icon name={LABELS[one].icon} />
            {t(LABELS[one].label)}
          </button>
        ))}
      </div>
      <FilterBar project={project} filter={filter} onChange={change} />
      <p role="status" class="quiet">
        {isFiltered(filter)
          ? t('observations.someOf', { count: rows.length, total: project.table.length })
          : t('observations.all', { count: rows.length })}
      </p>
      {look === 'map' && <LazyMap {...view} onFilter={change} />}
      {look === 'list' && <ObservationList {...view} />}
      {look === 'photos' && <PhotoGrid {...view} />}
    </>
  )
}

/** The map is heavy: its code comes when somebody looks at it. */
function LazyMap(props: MapViewProps) {
  const [map, setMap] = useState<{ View: ComponentType<MapViewProps> } | null>(null)
  const [failure, setFailure] = useState<Refused | null>(null)
  useEffect(() => {
    import('./map/map-view.tsx').then(
      (module) => setMap({ View: module.default }),
      (error: unknown) => setFailure(toRefused(error))
    )
  }, [])
  if (failure !== null) return <Failure failure={failure} />
  return map === null ? <Waiting /> : <map.View {...props} />
}
