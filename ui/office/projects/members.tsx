import type { MemberView } from '../../../service/web/project-schemas.ts'
import { DeviceId } from '../../components/device-id.tsx'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { formatAgo, formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { roleName } from './role-name.ts'
import { useMoving } from './use-moving.ts'

/** Who is in the project beside the hub. */
export function Members({ projectId }: { projectId: string }) {
  const members = useLoaded(() => get<MemberView[]>(`/api/projects/${projectId}/devices`), [projectId])
  useMoving(members.reload)
  return (
    <section class="stack" aria-labelledby="members">
      <h2 id="members">{t('projects.team')}</h2>
      <Loaded of={members} empty={<Empty icon="people">{t('projects.nobodyYet')}</Empty>}>
        {(list) => (
          <ul class="plain stack-tight">
            {list.map((member) => (
              <li key={member.id} class="card stack-tight">
                <h3>
                  <Icon name={member.type === 'desktop' ? 'computer' : 'phone'} />{' '}
                  <bdi>{member.name ?? t('common.unnamedDevice')}</bdi> <DeviceId id={member.id} />
                </h3>
                <p>
                  {roleName(member.role)} · <LastExchange member={member} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  )
}

function LastExchange({ member: { state, lastCompleteAt, lastSeenAt } }: { member: MemberView }) {
  const model = useModel()
  const ago = (instant: string) => formatAgo(instant, Date.now() + model.clockAheadMs.value)
  if (state !== 'away') return <>{t('projects.hereNow')}</>
  if (lastCompleteAt !== null) {
    return (
      <span title={formatDateTime(lastCompleteAt)}>
        {t('projects.lastExchange', { ago: ago(lastCompleteAt) })}
      </span>
    )
  }
  if (lastSeenAt !== null) return <>{t('projects.seenIncomplete', { ago: ago(lastSeenAt) })}</>
  return <>{t('projects.neverHere')}</>
}
