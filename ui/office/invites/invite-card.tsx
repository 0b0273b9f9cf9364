import type { InviteView } from '../../../service/web/invite-schemas.ts'
import { DeviceId } from '../../components/device-id.tsx'
import { Failure } from '../../components/failure.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import type { Tone } from '../../components/notice.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t, type MessageKey } from '../../i18n/messages.ts'
import { post } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'

const STATES: Record<InviteView['state'], { word: MessageKey; tone: Tone; icon: IconName }> = {
  pending: { word: 'invites.pending', tone: 'attention', icon: 'question' },
  joining: { word: 'invites.joining', tone: 'busy', icon: 'bolt' },
  joined: { word: 'invites.joined', tone: 'good', icon: 'check' },
  rejected: { word: 'invites.rejected', tone: 'calm', icon: 'cross' },
  cancelled: { word: 'invites.cancelled', tone: 'calm', icon: 'cross' },
  'already-member': { word: 'invites.alreadyMember', tone: 'calm', icon: 'check' },
  failed: { word: 'invites.failed', tone: 'bad', icon: 'warning' }
}

/** Phones send the names of their library; people know those of the app. */
const ROLES: Partial<Record<string, MessageKey>> = {
  Member: 'projects.roleParticipant',
  Participant: 'projects.roleParticipant',
  Coordinator: 'projects.roleCoordinator'
}

function roleName(role: string): string {
  const key = ROLES[role]
  return key === undefined ? role : t(key)
}

interface InviteCardProps {
  invite: InviteView
  onAnswered: (invite: InviteView) => void
}

/** One invite: who asks the hub into what, as what, and the two answers. */
export function InviteCard({ invite, onAnswered }: InviteCardProps) {
  const { isRunning, failure, run } = useAction()
  const { id, project, inviter, role, state, receivedAt } = invite
  const { word, tone, icon } = STATES[state]
  const answer = (how: 'accept' | 'reject') =>
    run(async () => onAnswered(await post<InviteView>(`/api/invites/${id}/${how}`)))
  return (
    <li class="card stack-tight">
      <h2>
        <bdi>{project.name}</bdi>
      </h2>
      {project.description !== null && project.description !== '' && <p>{project.description}</p>}
      <p>
        {t('invites.from')} <bdi>{inviter.name ?? t('common.unnamedDevice')}</bdi>{' '}
        <DeviceId id={inviter.deviceId} />
      </p>
      {role !== null && <p>{t('invites.role', { role: roleName(role) })}</p>}
      <p class="quiet">{formatDateTime(receivedAt)}</p>
      <div>
        <span class={`state tone-${tone}`}>
          <Icon name={icon} size={20} />
          {t(word)}
        </span>
      </div>
      <Failure failure={failure} />
      {state === 'pending' && (
        <div class="row">
          <button type="button" class="primary" disabled={isRunning} onClick={() => answer('accept')}>
            {t('invites.join')}
          </button>
          <button type="button" disabled={isRunning} onClick={() => answer('reject')}>
            {t('invites.decline')}
          </button>
        </div>
      )}
    </li>
  )
}
