import { Empty } from '../../components/empty.tsx'
import { t } from '../../i18n/messages.ts'
import { useDetails, type Details } from './details.ts'
import type { ObservationFilter } from './filter.ts'
import { ObservationRow } from './observation-row.tsx'
import type { ProjectData } from './project-data.ts'
import { VirtualRows } from './virtual-rows.tsx'

/** Two lines of text and a picture; as in the style sheet. */
const ROW_HEIGHT = 76

export interface LookProps {
  project: ProjectData
  /** Of the table, newest first. */
  rows: Uint32Array
  details: Details
  filter: ObservationFilter
}

export function ObservationList({ project, rows, details, filter }: LookProps) {
  if (rows.length === 0) return <Empty icon="filter">{t('observations.nothingLeft')}</Empty>
  return (
    <VirtualRows label={t('observations.list')} count={rows.length} rowHeight={ROW_HEIGHT}>
      {(first, end) => (
        <ListSlice project={project} details={details} filter={filter} rows={rows} first={first} end={end} />
      )}
    </VirtualRows>
  )
}

function ListSlice({
  project,
  rows,
  details,
  filter,
  first,
  end
}: LookProps & { first: number; end: number }) {
  const shown = Array.from(rows.subarray(first, end))
  useDetails(details, shown)
  return (
    <>
      {shown.map((row, n) => (
        <ObservationRow
          key={row}
          project={project}
          row={row}
          observation={details.of(row)}
          filter={filter}
          position={{ at: first + n + 1, of: rows.length }}
        />
      ))}
    </>
  )
}
