import { useEffect, useState } from 'preact/hooks'
import type { InvitePolicyView } from '../../../service/web/invite-schemas.ts'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { t } from '../../i18n/messages.ts'
import { countdown } from '../../model/countdown.ts'
import { get, put } from '../../model/request.ts'
import { nowMs } from '../../model/ticking.ts'
import { useAction } from '../../model/use-action.ts'
import { useLoaded } from '../../model/use-loaded.ts'

/** Who may invite the hub, and the window in which anybody may. */
export function InvitePolicy() {
  const policy = useLoaded(() => get<InvitePolicyView>('/api/invites/policy'))
  const { isRunning, failure, run } = useAction()
  const set = (wanted: InvitePolicyView['policy']) =>
    run(async () => {
      const changed = await put<InvitePolicyView>('/api/invites/policy', { policy: wanted })
      policy.change(() => changed)
    })
  return (
    <section class="card stack" aria-labelledby="invite-policy">
      <h2 id="invite-policy">{t('office.invites')}</h2>
      <Loaded of={policy}>
        {(now) =>
          now.remainingSeconds !== null ? (
            <>
              <Window policy={now.policy} seconds={now.remainingSeconds} onOver={policy.reload} />
              <div>
                <button type="button" class="primary" disabled={isRunning} onClick={() => set('closed')}>
                  {t('settings.closeInvites')}
                </button>
              </div>
            </>
          ) : now.policy === 'accept' ? (
            <p>{t('settings.acceptAlways')}</p>
          ) : (
            <>
              <p>{t(now.policy === 'closed' ? 'settings.invitesClosed' : 'settings.invitesAsk')}</p>
              <div class="row">
                {now.policy === 'closed' && (
                  <button type="button" disabled={isRunning} onClick={() => set('ask')}>
                    {t('settings.askForTen')}
                  </button>
                )}
                <button type="button" disabled={isRunning} onClick={() => set('accept')}>
                  {t('settings.acceptForTen')}
                </button>
              </div>
              <p class="hint">{t('settings.acceptForTenHint')}</p>
            </>
          )
        }
      </Loaded>
      <Failure failure={failure} />
    </section>
  )
}

/** Counts down by this browser's clock from what the hub said. */
function Window({
  policy,
  seconds,
  onOver
}: {
  policy: InvitePolicyView['policy']
  seconds: number
  onOver: () => void
}) {
  const [endsAt, setEndsAt] = useState(Date.now() + seconds * 1000)
  useEffect(() => setEndsAt(Date.now() + seconds * 1000), [seconds])
  const left = Math.max(0, endsAt - nowMs.value)
  const isOver = left === 0
  useEffect(() => {
    if (isOver) onOver()
  }, [isOver])
  return (
    <p>
      <span class="state tone-attention">
        <Icon name="clock" size={20} />
        {t(policy === 'accept' ? 'settings.acceptingUntil' : 'settings.askingUntil', {
          time: countdown(left)
        })}
      </span>
    </p>
  )
}
