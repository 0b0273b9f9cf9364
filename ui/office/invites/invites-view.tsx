import type { InviteView } from '../../../service/web/invite-schemas.ts'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { InvitePolicy } from '../settings/invite-policy.tsx'
import { InviteCard } from './invite-card.tsx'

/** Invites that wait for an answer, and what became of the others. */
export default function InvitesView() {
  return (
    <>
      <ViewTitle title={t('office.invites')} />
      <InviteList empty={<Empty icon="invite">{t('invites.none')}</Empty>} />
      <InvitePolicy />
    </>
  )
}

interface InviteListProps {
  empty: ComponentChildren
  /** Leaves out those that have an answer. */
  onlyPending?: boolean
}

export function InviteList({ empty, onlyPending = false }: InviteListProps) {
  const { live } = useModel()
  const isShown = ({ state }: InviteView) => !onlyPending || state === 'pending' || state === 'joining'
  const invites = useLoaded(() => get<InviteView[]>('/api/invites'))
  const put = (invite: InviteView) => invites.change((list) => withInvite(list, invite))
  useEffect(() => live.on('invite', put), [invites.change])
  return (
    <Loaded of={invites} empty={empty} isEmpty={(list) => !list.some(isShown)}>
      {(list) => (
        <ul class="plain stack">
          {list.filter(isShown).map((invite) => (
            <InviteCard key={invite.id} invite={invite} onAnswered={put} />
          ))}
        </ul>
      )}
    </Loaded>
  )
}

/** Newest first, as the hub lists them. */
function withInvite(list: readonly InviteView[], invite: InviteView): InviteView[] {
  const isKnown = list.some(({ id }) => id === invite.id)
  return isKnown ? list.map((known) => (known.id === invite.id ? invite : known)) : [invite, ...list]
}
