import './sessions.css'
import { useEffect, useState } from 'preact/hooks'
import type { SessionView } from '../../../service/web/session-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatDateTime, formatTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { tallyText } from './tally-text.ts'
import { Totals } from './totals.tsx'

const FIRST = 50
const ALL = 500

/** What came and went, when, and by whom. */
export default function SessionsView() {
  const [limit, setLimit] = useState(FIRST)
  const sessions = useLoaded(() => get<SessionView[]>(`/api/sessions?limit=${limit}`), [limit])
  const { live } = useModel()
  useEffect(() => live.on('session', (told) => sessions.change((list) => withSession(list, told))), [])
  return (
    <>
      <ViewTitle title={t('sessions.title')} />
      <Totals />
      <h2>{t('sessions.list')}</h2>
      <Loaded of={sessions} empty={<Empty icon="bolt">{t('sessions.none')}</Empty>}>
        {(list) => (
          <>
            <ul class="plain stack-tight">
              {list.map((session) => (
                <li key={session.id} class="card stack-tight">
                  <Session session={session} />
                </li>
              ))}
            </ul>
            {list.length >= limit && limit < ALL && (
              <button type="button" onClick={() => setLimit(ALL)}>
                {t('sessions.more')}
              </button>
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function Session({
  session: { device, project, startedAt, endedAt, toHub, fromHub, outcome }
}: {
  session: SessionView
}) {
  return (
    <>
      <h3>
        <bdi>{device.name ?? t('common.unnamedDevice')}</bdi>
        <span class="quiet">
          {' · '}
          <bdi>{project.name ?? t('common.unnamedProject')}</bdi>
        </span>
      </h3>
      <p class="quiet">
        {formatDateTime(startedAt)}
        {endedAt !== null && ` – ${formatTime(endedAt)}`}
      </p>
      <p>
        <Icon name="arrow-to-hub" size={18} label={t('sessions.toHub')} /> {tallyText(toHub)}
      </p>
      <p>
        <Icon name="arrow-from-hub" size={18} label={t('sessions.fromHub')} /> {tallyText(fromHub)}
      </p>
      <Outcome outcome={outcome} />
    </>
  )
}

function Outcome({ outcome }: { outcome: SessionView['outcome'] }) {
  switch (outcome) {
    case 'open':
      return (
        <span class="state tone-busy">
          <Icon name="bolt" /> {t('sessions.open')}
        </span>
      )
    case 'up-to-date':
      return (
        <span class="state tone-good">
          <Icon name="check-ring" /> {t('sessions.upToDate')}
        </span>
      )
    case 'interrupted':
      return (
        <span class="state tone-attention">
          <Icon name="warning" /> {t('sessions.interrupted')}
        </span>
      )
  }
}

/** @returns the list with what was told of one session: in its place, or first when it has just begun */
export function withSession(list: readonly SessionView[], told: SessionView): SessionView[] {
  const isKnown = list.some(({ id }) => id === told.id)
  return isKnown ? list.map((session) => (session.id === told.id ? told : session)) : [told, ...list]
}
