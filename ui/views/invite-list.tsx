import type { InviteView } from '../../service/web/invite-schemas.ts'
import type { HubModel } from '../hub-model.ts'
import { LoadedList } from './loaded-list.tsx'
import { useAction } from './use-action.ts'

const STATE_WORDS = {
  pending: 'Waiting for your answer',
  joining: 'Joining…',
  joined: 'Joined',
  rejected: 'Declined',
  cancelled: 'Cancelled by the other device',
  'already-member': 'The hub is already in this project',
  failed: 'Joining failed: ask for a new invite'
} satisfies Record<InviteView['state'], string>

export function InviteList({ model }: { model: HubModel }) {
  return (
    <section aria-labelledby="invites">
      <h2 id="invites">Invites</h2>
      <LoadedList
        list={model.invites.value}
        empty="No invites. On a coordinator’s phone, open Team and invite this hub."
      >
        {(invite) => <InviteRow key={invite.id} invite={invite} model={model} />}
      </LoadedList>
    </section>
  )
}

function InviteRow({ invite, model }: { invite: InviteView; model: HubModel }) {
  const { isRunning, failure, run } = useAction()
  const { id, project, inviter, role, state } = invite
  return (
    <li>
      <strong>{project.name}</strong>
      <div>
        From {inviter.name ?? 'an unnamed device'} <code>{inviter.deviceId.slice(0, 12)}</code>
        {role !== null && `, as ${role}`}
      </div>
      {state !== 'pending' && <div class="state">{STATE_WORDS[state]}</div>}
      {failure !== null && <p role="alert">{failure}</p>}
      {state === 'pending' && (
        <>
          <button
            type="submit"
            disabled={isRunning}
            onClick={() => run(() => model.answerInvite(id, 'accept'))}
          >
            Join
          </button>
          <button
            type="button"
            disabled={isRunning}
            onClick={() => run(() => model.answerInvite(id, 'reject'))}
          >
            Decline
          </button>
        </>
      )}
    </li>
  )
}
