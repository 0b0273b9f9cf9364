import './observations.css'
import { useState } from 'preact/hooks'
import type { DeletedKind, DeletionPage, DeletionView } from '../../../service/web/document-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { spoken, t, type MessageKey } from '../../i18n/messages.ts'
import type { OfficeViewProps } from '../views.ts'
import { BackTo } from './back-to.tsx'
import { DeviceName, useDeviceNames } from './device-name.tsx'
import { FieldTable } from './field-table.tsx'
import { Media } from './media.tsx'
import { MoreButton, usePages } from './pages.tsx'

const KINDS: Record<DeletedKind, MessageKey> = {
  observation: 'observations.title',
  track: 'observations.tracks',
  remoteDetectionAlert: 'observations.alerts'
}

/** What was deleted, when, by whom, and what it said last: a wrong deletion spreads to every phone, and is not lost here. */
export default function DeletionsView({ params }: OfficeViewProps) {
  const projectId = params['projectId'] ?? ''
  const [kind, setKind] = useState<DeletedKind>('observation')
  const names = useDeviceNames(projectId)
  const pages = usePages<DeletionView, DeletionPage>(
    `/api/projects/${projectId}/deletions?kind=${kind}&limit=20&lang=${spoken.value.tag}`,
    (page) => page.deletions
  )
  return (
    <>
      <BackTo projectId={projectId} />
      <ViewTitle title={t('observations.deletions')} />
      <p>{t('observations.deletionsWhy')}</p>
      <div class="look-tabs long-words" role="group" aria-label={t('observations.kind')}>
        {Object.entries(KINDS).map(([one, label]) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === kind}
            onClick={() => setKind(one as DeletedKind)}
          >
            {t(label)}
          </button>
        ))}
      </div>
      <Loaded of={pages.reading} empty={<Empty icon="check-ring">{t('observations.noDeletions')}</Empty>}>
        {(list) => (
          <ul class="plain stack">
            {list.map((deletion) => (
              <Deletion key={deletion.docId} projectId={projectId} deletion={deletion} names={names} />
            ))}
          </ul>
        )}
      </Loaded>
      <MoreButton pages={pages} />
    </>
  )
}

interface DeletionProps {
  projectId: string
  deletion: DeletionView
  names: ReadonlyMap<string, string | null>
}

function Deletion({ projectId, deletion, names }: DeletionProps) {
  const { category, createdAt, createdBy, deletedAt, deletedBy, fields, lat, lon, attachments } = deletion
  return (
    <li class="card stack-tight">
      <h2>{category ?? t('observations.noCategory')}</h2>
      <dl class="detail-facts">
        <dt>{t('observations.deletedAt')}</dt>
        <dd>
          {formatDateTime(deletedAt)} · <DeviceName id={deletedBy} names={names} />
        </dd>
        <dt>{t('observations.when')}</dt>
        <dd>
          {formatDateTime(createdAt)} · <DeviceName id={createdBy} names={names} />
        </dd>
        {lat !== null && lon !== null && (
          <>
            <dt>{t('observations.where')}</dt>
            <dd>{`${lat.toFixed(5)}, ${lon.toFixed(5)}`}</dd>
          </>
        )}
      </dl>
      <FieldTable fields={fields} />
      {attachments.length > 0 && <Media projectId={projectId} attachments={attachments} />}
    </li>
  )
}
