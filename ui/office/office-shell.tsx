import './office.css'
import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Failure } from '../components/failure.tsx'
import { Icon } from '../components/icon.tsx'
import { Waiting } from '../components/loaded.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useAction, toRefused } from '../model/use-action.ts'
import type { Refused } from '../model/request.ts'
import { useModel } from '../model/use-model.ts'
import type { ViewProps } from '../page/lazy-view.tsx'
import { href, matchPath } from '../router.ts'
import { LoginView } from './login-view.tsx'
import { NetworkTrial } from './network-trial.tsx'
import { ClockOffer } from './system/clock-offer.tsx'
import { OFFICE_VIEWS, type OfficeView, type OfficeViewProps } from './views.ts'

/** The menu of the office and the view that is open in it, or the door. */
export default function OfficeShell({ path }: ViewProps) {
  const model = useModel()
  if (model.status.value === null) return null
  if (!model.inOffice.value) return <LoginView />
  for (const view of OFFICE_VIEWS) {
    const params = matchPath(view.path, path)
    if (params === null) continue
    return (
      <div class="office">
        <OfficeMenu path={path} />
        <div class="stack">
          <ClockOffer />
          {/* The settings show it where the Wi-Fi is changed. */}
          {path[0] !== 'settings' && <NetworkTrial />}
          <OpenedView key={path.join('/')} view={view} params={params} />
        </div>
      </div>
    )
  }
  return (
    <div class="office">
      <OfficeMenu path={path} />
      <div class="stack">
        <ViewTitle title={t('office.nothingHere')} />
        <p>
          <a href={href('/office')}>{t('office.overview')}</a>
        </p>
      </div>
    </div>
  )
}

function OfficeMenu({ path }: ViewProps) {
  const { isRunning, failure, run } = useAction()
  const model = useModel()
  const here = path[0] ?? ''
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [here])
  return (
    <nav ref={nav} class={here === '' ? 'office-menu' : 'office-menu in-row'} aria-label={t('office.menu')}>
      {OFFICE_VIEWS.map(({ path, menu }) =>
        menu === undefined ? null : (
          <a key={path} href={href(`/office/${path}`)} {...(path === here ? { 'aria-current': 'page' } : {})}>
            <Icon name={menu.icon} />
            {t(menu.label)}
          </a>
        )
      )}
      <button type="button" disabled={isRunning} onClick={() => run(() => model.logout())}>
        <Icon name="lock" />
        {t('office.logOut')}
      </button>
      <Failure failure={failure} />
    </nav>
  )
}

function OpenedView({ view, params }: { view: OfficeView; params: OfficeViewProps['params'] }) {
  const [opened, setOpened] = useState<{ View: ComponentType<OfficeViewProps> } | null>(null)
  const [failure, setFailure] = useState<Refused | null>(null)
  useEffect(() => {
    let isWanted = true
    view.load().then(
      (module) => isWanted && setOpened({ View: module.default }),
      (error: unknown) => isWanted && setFailure(toRefused(error))
    )
    return () => {
      isWanted = false
    }
  }, [view])
  if (opened !== null) return <opened.View params={params} />
  return (
    <>
      <ViewTitle title={t(view.title)} />
      {failure === null ? <Waiting /> : <Failure failure={failure} />}
    </>
  )
}
