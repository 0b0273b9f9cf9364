import { Coaching } from '../board/coaching.tsx'
import { DeviceList } from '../board/device-list.tsx'
import { Notice } from '../components/notice.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'
import { InviteList } from '../office/invites/invites-view.tsx'
import { LoginView } from '../office/login-view.tsx'
import { NetworkTrial } from '../office/network-trial.tsx'
import { href } from '../router.ts'

/** Waits for the first invite, asks whether to take it, and shows the first exchange. */
export function FirstInvite() {
  const model = useModel()
  const status = model.status.value
  if (status === null) return null
  if (!model.inOffice.value) return <LoginView />
  const hasJoined = status.projects > 0
  return (
    <div class="stack">
      <ViewTitle title={t(hasJoined ? 'setup.firstExchange' : 'setup.inviteMe')} />
      <NetworkTrial />
      {hasJoined && <Notice tone="good">{t('setup.joined')}</Notice>}
      <InviteList
        empty={
          <p class="waiting" role="status">
            <span class="spinner" /> {t('setup.waitingForInvite', { name: status.hub.name })}
          </p>
        }
      />
      <Coaching status={status} />
      {hasJoined && <DeviceList status={status} />}
      <p>
        <a class={hasJoined ? 'button primary' : 'button'} href={href('/office')}>
          {t(hasJoined ? 'setup.toOffice' : 'setup.later')}
        </a>
      </p>
    </div>
  )
}
