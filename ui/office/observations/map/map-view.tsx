import * as L from 'leaflet'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { AlertPage, TrackPage } from '../../../../service/web/document-schemas.ts'
import { Failure } from '../../../components/failure.tsx'
import { Icon } from '../../../components/icon.tsx'
import { t } from '../../../i18n/messages.ts'
import { get, type Refused } from '../../../model/request.ts'
import { useDetails } from '../details.ts'
import type { ObservationFilter } from '../filter.ts'
import { apiQueryOf } from '../filter.ts'
import type { LookProps } from '../observation-list.tsx'
import { ObservationRow } from '../observation-row.tsx'
import { BackgroundChoice } from './background-choice.tsx'
import { geometryLayer } from './geometry-layer.ts'
import { openMap } from './open-map.ts'
import { PointsLayer } from './points-layer.ts'

export interface MapViewProps extends LookProps {
  onFilter: (filter: ObservationFilter) => void
}

/** Colour of what has no category, or one without a colour. */
const PLAIN_COLOR = '#0066ff'
const TRACK_COLOR = '#e86826'
const ALERT_COLOR = '#d92222'

/** A finger covers this much. */
const TOUCH_PX = 22

/** Observations that are listed below the map. */
const LISTED = 30

/** Tracks and alerts that are drawn: each is some kilobytes. */
const LINES = 200

/** The map with what the filter lets through, and beside it, for those who do not use the map, the same as a list. */
export default function MapView({ project, rows, details, filter, onFilter }: MapViewProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<L.Map | null>(null)
  const [bounds, setBounds] = useState<L.LatLngBounds | null>(null)
  const [failure, setFailure] = useState<Refused | null>(null)
  const [picked, setPicked] = useState<readonly number[] | null>(null)
  const points = useMemo(() => new PointsLayer(), [])
  const colors = useMemo(() => colorsOf(project), [project])

  useEffect(() => {
    if (frame.current === null) return
    const opened = openMap(frame.current, setFailure)
    points.addTo(opened)
    opened.on('moveend', () => setBounds(opened.getBounds()))
    opened.on('click', ({ layerPoint }: L.LeafletMouseEvent) => {
      const near = points.near(layerPoint, { within: TOUCH_PX, most: LISTED })
      setPicked(near.length === 0 ? null : near)
    })
    setMap(opened)
    setBounds(opened.getBounds())
    return () => opened.remove()
  }, [points])

  useEffect(() => points.show(project.table, rows, colors), [points, project, rows, colors])
  useEffect(() => setPicked(null), [rows])
  useEffect(() => {
    const all = boundsOf(project.table, rows)
    if (map !== null && all !== null) map.fitBounds(all, { padding: [24, 24], maxZoom: 14 })
  }, [map, project])
  useLines(map, project.projectId, filter)

  const inView = useMemo(
    () => (bounds === null ? [] : firstIn(project.table, rows, bounds, LISTED)),
    [project, rows, bounds]
  )
  const listed = picked ?? inView
  return (
    <>
      <div ref={frame} class="map" role="application" aria-label={t('observations.mapHelp')} />
      <Failure failure={failure} />
      <BackgroundChoice />
      <div class="row">
        <button type="button" onClick={() => bounds !== null && onFilter({ ...filter, bbox: boxOf(bounds) })}>
          <Icon name="filter" />
          {t('observations.onlyThisPlace')}
        </button>
      </div>
      <h2>{picked === null ? t('observations.inView') : t('observations.here')}</h2>
      <Listed project={project} details={details} filter={filter} listed={listed} />
    </>
  )
}

function Listed({
  project,
  details,
  filter,
  listed
}: Pick<MapViewProps, 'project' | 'details' | 'filter'> & { listed: readonly number[] }) {
  useDetails(details, listed)
  if (listed.length === 0) return <p class="quiet">{t('observations.nothingInView')}</p>
  return (
    <ul class="plain" role="list">
      {listed.map((row, n) => (
        <ObservationRow
          key={row}
          project={project}
          row={row}
          observation={details.of(row)}
          filter={filter}
          position={{ at: n + 1, of: listed.length }}
        />
      ))}
    </ul>
  )
}

/** Tracks as lines and alerts as the shapes that were detected. */
function useLines(map: L.Map | null, projectId: string, filter: ObservationFilter): void {
  useEffect(() => {
    if (map === null) return
    let isWanted = true
    const layers = L.layerGroup().addTo(map)
    const query = new URLSearchParams({ ...apiQueryOf(filter), limit: String(LINES) }).toString()
    const base = `/api/projects/${projectId}`
    Promise.all([get<TrackPage>(`${base}/tracks?${query}`), get<AlertPage>(`${base}/alerts?${query}`)]).then(
      ([{ tracks }, { alerts }]) => {
        if (!isWanted) return
        for (const { line } of tracks)
          geometryLayer({ type: 'LineString', coordinates: line }, TRACK_COLOR)?.addTo(layers)
        for (const { geometry } of alerts) geometryLayer(geometry, ALERT_COLOR)?.addTo(layers)
      },
      () => {
        // The observations are there; the page says above that the hub does not answer.
      }
    )
    return () => {
      isWanted = false
      layers.remove()
    }
  }, [map, projectId, filter])
}

function colorsOf({ table, categories }: MapViewProps['project']): string[] {
  const colors = table.header.categories.map((docId) => categories.get(docId)?.color ?? PLAIN_COLOR)
  return [...colors, PLAIN_COLOR]
}

function boxOf(bounds: L.LatLngBounds): [number, number, number, number] {
  const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5
  const { lng: west, lat: south } = bounds.getSouthWest().wrap()
  const { lng: east, lat: north } = bounds.getNorthEast().wrap()
  const isWhole = bounds.getEast() - bounds.getWest() >= 360
  return [isWhole ? -180 : round(west), round(south), isWhole ? 180 : round(east), round(north)]
}

function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI
}

function boundsOf(table: MapViewProps['project']['table'], rows: Uint32Array): L.LatLngBounds | null {
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const row of rows) {
    const [x, y] = [table.x[row] as number, table.y[row] as number]
    if (Number.isNaN(x)) continue
    west = Math.min(west, x)
    east = Math.max(east, x)
    north = Math.min(north, y)
    south = Math.max(south, y)
  }
  return west > east
    ? null
    : L.latLngBounds([latOf(south), west * 360 - 180], [latOf(north), east * 360 - 180])
}

function firstIn(
  table: MapViewProps['project']['table'],
  rows: Uint32Array,
  bounds: L.LatLngBounds,
  most: number
): number[] {
  const found: number[] = []
  for (const row of rows) {
    const x = table.x[row] as number
    if (!Number.isNaN(x) && bounds.contains([latOf(table.y[row] as number), x * 360 - 180])) found.push(row)
    if (found.length === most) break
  }
  return found
}
