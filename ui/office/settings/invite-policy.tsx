import { useEffect, useState } from 'preact/hooks'
import type { InvitePolicyView } from '../../../service/web/invite-schemas.ts'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { t } from '../../i18n/messages.ts'
import { get, put } from '../../model/request.ts'
import { nowMs } from '../../model/ticking.ts'
import { useAction } from '../../model/use-action.ts'
import { useLoaded } from '../../model/use-loaded.ts'

/** Whether invites wait for a person, or are taken for ten minutes. */
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
          now.policy === 'ask' ? (
            <>
              <p>{t('settings.invitesAsk')}</p>
              <div>
                <button type="button" disabled={isRunning} onClick={() => set('accept')}>
                  {t('settings.acceptForTen')}
                </button>
              </div>
              <p class="hint">{t('settings.acceptForTenHint')}</p>
            </>
          ) : now.acceptSeconds === null ? (
            <p>{t('settings.acceptAlways')}</p>
          ) : (
            <>
              <Window seconds={now.acceptSeconds} onOver={policy.reload} />
              <div>
                <button type="button" class="primary" disabled={isRunning} onClick={() => set('ask')}>
                  {t('settings.askAgain')}
                </button>
              </div>
            </>
          )
        }
      </Loaded>
      <Failure failure={failure} />
    </section>
  )
}

/** Counts down by this browser's clock from what the hub said. */
function Window({ seconds, onOver }: { seconds: number; onOver: () => void }) {
  const [endsAt, setEndsAt] = useState(Date.now() + seconds * 1000)
  useEffect(() => setEndsAt(Date.now() + seconds * 1000), [seconds])
  const left = Math.max(0, endsAt - nowMs.value)
  const isOver = left === 0
  useEffect(() => {
    if (isOver) onOver()
  }, [isOver])
  const minutes = Math.floor(left / 60_000)
  const rest = Math.floor((left % 60_000) / 1000)
  return (
    <p>
      <span class="state tone-attention">
        <Icon name="clock" size={20} />
        {t('settings.acceptingUntil', { time: `${minutes}:${rest < 10 ? '0' : ''}${rest}` })}
      </span>
    </p>
  )
}
