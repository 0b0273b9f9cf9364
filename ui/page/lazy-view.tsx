import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Waiting } from '../components/loaded.tsx'
import { Notice } from '../components/notice.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { loadRest } from '../i18n/language.ts'
import { t } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'

export interface ViewProps {
  /** What follows the view's own part of the address. */
  path: readonly string[]
}

export type LoadView = () => Promise<{ default: ComponentType<ViewProps> }>

interface LazyViewProps {
  /** Until the view says its own. */
  title: string
  load: LoadView
  path: readonly string[]
}

/** Brings the code and the words of a view when it is opened, and says when they did not come. */
export function LazyView({ title, load, path }: LazyViewProps) {
  const hasStatus = useModel().status.value !== null
  const [loaded, setLoaded] = useState<{ load: LoadView; View: ComponentType<ViewProps> } | null>(null)
  const [failed, setFailed] = useState(false)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let isWanted = true
    setFailed(false)
    Promise.all([load(), loadRest()]).then(
      ([module]) => isWanted && setLoaded({ load, View: module.default }),
      () => isWanted && setFailed(true)
    )
    return () => {
      isWanted = false
    }
  }, [load, tries])
  if (hasStatus && loaded?.load === load) return <loaded.View path={path} />
  return (
    <>
      <ViewTitle title={title} />
      {failed ? <LoadFailed onAgain={() => setTries(tries + 1)} /> : <Waiting />}
    </>
  )
}

function LoadFailed({ onAgain }: { onAgain: () => void }) {
  return (
    <Notice tone="bad" role="alert">
      <p>{t('common.viewFailed')}</p>
      <button type="button" onClick={onAgain}>
        {t('common.tryAgain')}
      </button>
    </Notice>
  )
}
