import { useMemo, useState } from 'preact/hooks'
import { Field } from '../../components/field.tsx'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { formatNumber } from '../../i18n/format.ts'
import { href } from '../../router.ts'
import { choicesOf, isFiltered, NO_FILTER, queryOf, type Choice, type ObservationFilter } from './filter.ts'
import type { ProjectData } from './project-data.ts'

interface FilterBarProps {
  project: ProjectData
  filter: ObservationFilter
  onChange: (filter: ObservationFilter) => void
}

/** One filter for map, list, photos and export. On a small screen it is behind a button. */
export function FilterBar({ project, filter, onChange }: FilterBarProps) {
  const [isOpen, setOpen] = useState(false)
  const set = Object.keys(queryOf(filter)).length
  return (
    <section class="filter-bar" aria-label={t('observations.filter')}>
      <div class="row">
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name="filter" />
          {set === 0 ? t('observations.filter') : t('observations.filterSet', { count: set })}
        </button>
        {isFiltered(filter) && (
          <button type="button" onClick={() => onChange(NO_FILTER)}>
            <Icon name="cross" />
            {t('observations.clearFilter')}
          </button>
        )}
        <a class="button" href={href(`/office/projects/${project.projectId}/export`, queryOf(filter))}>
          <Icon name="download" />
          {t('exports.title')}
        </a>
      </div>
      {isOpen && <FilterFields project={project} filter={filter} onChange={onChange} />}
    </section>
  )
}

function FilterFields({ project, filter, onChange }: FilterBarProps) {
  const { table, categories } = project
  const byCategory = useMemo(() => choicesOf(table, filter, 'category'), [table, filter])
  const byDevice = useMemo(() => choicesOf(table, filter, 'device'), [table, filter])
  const names = useMemo(
    () => new Map(table.header.devices.map(({ id, name }) => [id as string, name])),
    [table]
  )
  const categoryName = (key: string | null) =>
    key === null ? t('observations.noCategory') : (categories.get(key)?.name ?? t('observations.noCategory'))
  const deviceName = (key: string | null) =>
    (key === null ? null : names.get(key)) ?? t('common.unnamedDevice')
  return (
    <div class="card filter-fields">
      <Field
        id="filter-from"
        type="date"
        label={t('observations.from')}
        value={filter.from ?? ''}
        onValue={(from) => onChange({ ...filter, from: from === '' ? null : from })}
      />
      <Field
        id="filter-to"
        type="date"
        label={t('observations.to')}
        value={filter.to ?? ''}
        onValue={(to) => onChange({ ...filter, to: to === '' ? null : to })}
      />
      <Select
        id="filter-category"
        label={t('observations.category')}
        value={filter.category}
        choices={byCategory}
        nameOf={categoryName}
        nullKey="none"
        onValue={(category) => onChange({ ...filter, category })}
      />
      <Select
        id="filter-device"
        label={t('observations.collector')}
        value={filter.device}
        choices={byDevice.filter(({ key }) => key !== null)}
        nameOf={deviceName}
        onValue={(device) => onChange({ ...filter, device })}
      />
      <div class="field">
        <label for="filter-media">{t('observations.files')}</label>
        <select
          id="filter-media"
          value={filter.media ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, media: value === 'photo' || value === 'audio' ? value : null })
          }
        >
          <option value="">{t('observations.any')}</option>
          <option value="photo">{t('observations.withPhoto')}</option>
          <option value="audio">{t('observations.withAudio')}</option>
        </select>
      </div>
      {filter.bbox !== null && (
        <div class="row">
          <span>{t('observations.inBox')}</span>
          <button type="button" onClick={() => onChange({ ...filter, bbox: null })}>
            <Icon name="cross" />
            {t('observations.everywhere')}
          </button>
        </div>
      )}
    </div>
  )
}

interface SelectProps {
  id: string
  label: string
  value: string | null
  choices: readonly Choice[]
  nameOf: (key: string | null) => string
  /** Stands in the address for the choice without a key. */
  nullKey?: string
  onValue: (value: string | null) => void
}

/** Each choice says how many it would leave. */
function Select({ id, label, value, choices, nameOf, nullKey = '', onValue }: SelectProps) {
  const isGone = value !== null && !choices.some(({ key }) => (key ?? nullKey) === value)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value ?? ''}
        onChange={({ currentTarget }) => onValue(currentTarget.value === '' ? null : currentTarget.value)}
      >
        <option value="">{t('observations.any')}</option>
        {isGone && <option value={value}>{`${nameOf(value === nullKey ? null : value)} (0)`}</option>}
        {choices.map(({ key, count }) => (
          <option key={key ?? nullKey} value={key ?? nullKey}>
            {`${nameOf(key)} (${formatNumber(count)})`}
          </option>
        ))}
      </select>
    </div>
  )
}
