import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ObservationView } from '../../../service/web/observation-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { formatDateTime } from '../../i18n/format.ts'
import { href } from '../../router.ts'
import { useDetails } from './details.ts'
import { queryOf } from './filter.ts'
import type { LookProps } from './observation-list.tsx'
import { categoryOf, hasPhoto, versionOf } from './table.ts'
import { thumbnailOf } from './thumbnail.ts'
import { VirtualRows } from './virtual-rows.tsx'

/** Pixels that a photo has at least, with the gap beside it. */
const CELL = 116

/** The photos of what the filter lets through; one cell for each observation, with the number of its photos. */
export function PhotoGrid({ project, rows, details, filter }: LookProps) {
  const { table } = project
  const photos = useMemo(() => rows.filter((row) => hasPhoto(table, row)), [rows, table])
  const frame = useRef<HTMLDivElement>(null)
  const [columns, setColumns] = useState(3)
  useLayoutEffect(() => {
    const look = () => setColumns(Math.max(2, Math.floor((frame.current?.clientWidth ?? 360) / CELL)))
    look()
    window.addEventListener('resize', look)
    return () => window.removeEventListener('resize', look)
  }, [])
  if (photos.length === 0) return <Empty icon="photo">{t('observations.noPhotos')}</Empty>
  return (
    <div ref={frame}>
      <VirtualRows
        label={t('observations.photos')}
        count={Math.ceil(photos.length / columns)}
        rowHeight={CELL}
        class="photo-grid"
      >
        {(first, end) => (
          <GridSlice
            project={project}
            details={details}
            filter={filter}
            rows={photos.subarray(first * columns, end * columns)}
            columns={columns}
          />
        )}
      </VirtualRows>
    </div>
  )
}

function GridSlice({ project, details, filter, rows, columns }: LookProps & { columns: number }) {
  const shown = Array.from(rows)
  useDetails(details, shown)
  const lines = Array.from({ length: Math.ceil(shown.length / columns) }, (_, n) =>
    shown.slice(n * columns, (n + 1) * columns)
  )
  return (
    <>
      {lines.map((line) => (
        <li key={line[0]} class="photo-line" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
          {line.map((row) => (
            <PhotoCell key={row} project={project} observation={details.of(row)} filter={filter} row={row} />
          ))}
        </li>
      ))}
    </>
  )
}

interface PhotoCellProps extends Pick<LookProps, 'project' | 'filter'> {
  row: number
  /** Undefined until it has come. */
  observation: ObservationView | null | undefined
}

function PhotoCell({ project, observation, filter, row }: PhotoCellProps) {
  const { projectId, table, categories } = project
  const source = thumbnailOf(projectId, observation)
  const photos = observation?.attachments.filter(({ type }) => type === 'photo').length ?? 0
  const category = categories.get(categoryOf(table, row) ?? '')?.name ?? t('observations.noCategory')
  const when = formatDateTime(new Date((table.time[row] as number) * 1000).toISOString())
  const version = versionOf(table, row).replace('/', '-')
  return (
    <a
      class="photo-cell"
      href={href(`/office/projects/${projectId}/observations/${version}`, {
        look: 'photos',
        ...queryOf(filter)
      })}
    >
      {source === null ? (
        <span class="photo-absent">
          <Icon name="photo" />
          <span class="visually-hidden">{`${category}, ${when}`}</span>
          {observation !== undefined && <span>{t('observations.notHere')}</span>}
        </span>
      ) : (
        <img src={source} alt={`${category}, ${when}`} loading="lazy" />
      )}
      {photos > 1 && <span class="photo-number">{photos}</span>}
    </a>
  )
}
