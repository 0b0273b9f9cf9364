import { BoardView } from '../board/board-view.tsx'
import { t } from '../i18n/messages.ts'
import { isPending } from '../model/pending.ts'
import { useModel } from '../model/use-model.ts'
import { route } from '../router.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { Header } from './header.tsx'
import { LazyView } from './lazy-view.tsx'

const loadJoin = () => import('../join/join-view.tsx')
const loadOffice = () => import('../office/office-shell.tsx')
const loadSetup = () => import('../setup/setup-view.tsx')

export function Page() {
  return (
    <>
      <a class="skip-link" href="#main" onClick={focusMain}>
        {t('common.skipToContent')}
      </a>
      <Header />
      <main id="main" class="page-main" tabIndex={-1} aria-busy={isPending.value}>
        <ConnectionBanner />
        <View />
      </main>
    </>
  )
}

function View() {
  const { path } = route.value
  const isClaimed = useModel().status.value?.setup.claimed
  switch (path[0]) {
    case 'office':
      return (
        <LazyView
          title={t('common.office')}
          load={isClaimed === false ? loadSetup : loadOffice}
          path={path.slice(1)}
        />
      )
    case 'setup':
      return <LazyView title={t('common.office')} load={loadSetup} path={path.slice(1)} />
    case 'join':
      return <LazyView title={t('common.join')} load={loadJoin} path={path.slice(1)} />
    default:
      return <BoardView />
  }
}

/** The address behind the # is the view's: the link must not change it. */
function focusMain(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
