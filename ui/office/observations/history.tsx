import type { VersionView } from '../../../service/web/document-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t, type MessageKey } from '../../i18n/messages.ts'
import { answerLabel } from './answer-label.ts'
import { DeviceName } from './device-name.tsx'

interface HistoryProps {
  versions: readonly VersionView[]
  total: number
  names: ReadonlyMap<string, string | null>
}

const STATES = {
  current: { label: 'observations.versionCurrent', tone: 'good', icon: 'check-ring' },
  fork: { label: 'observations.versionFork', tone: 'attention', icon: 'warning' },
  past: { label: 'observations.versionPast', tone: 'calm', icon: 'history' }
} as const

/** Who wrote which version when, and what it changed; versions that lost a conflict are among them. */
export function History({ versions, total, names }: HistoryProps) {
  return (
    <section class="stack-tight">
      <h2>{t('observations.history')}</h2>
      <ol class="plain stack">
        {versions.map((version) => (
          <Version key={version.versionId} version={version} names={names} />
        ))}
      </ol>
      {total > versions.length && (
        <p class="quiet">{t('observations.moreVersions', { count: total - versions.length })}</p>
      )}
    </section>
  )
}

function Version({ version, names }: { version: VersionView; names: HistoryProps['names'] }) {
  const { label, tone, icon } = STATES[version.state]
  return (
    <li class="card stack-tight">
      <div class="row">
        <span class={`state tone-${tone}`}>
          <Icon name={icon} />
          {t(label)}
        </span>
        <span>{formatDateTime(version.at)}</span>
        <span>
          <DeviceName id={version.by} names={names} />
        </span>
      </div>
      {version.changes.length > 0 && (
        <ul>
          {version.changes.map((change) => (
            <li key={`${change.what}${change.label ?? ''}`}>
              <strong>
                <bdi>{change.label === null ? t(WHAT[change.what]) : answerLabel(change.label)}</bdi>
              </strong>
              {': '}
              {change.what === 'deleted' ? (
                t(change.after === null ? 'observations.restored' : 'observations.deleted')
              ) : (
                <Values {...change} />
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

const WHAT: Record<VersionView['changes'][number]['what'], MessageKey> = {
  field: 'observations.answers',
  category: 'observations.category',
  position: 'observations.where',
  files: 'observations.files',
  deleted: 'observations.deletion'
}

function Values({ before, after }: { before: string | null; after: string | null }) {
  return (
    <>
      {before !== null && (
        <del>
          <bdi>{before}</bdi>
        </del>
      )}{' '}
      {after !== null && (
        <ins>
          <bdi>{after}</bdi>
        </ins>
      )}
    </>
  )
}
