import { useState, useEffect } from 'preact/hooks'
import { Notice } from '../components/notice.tsx'
import { t } from '../i18n/messages.ts'
import type { Connection } from '../model/hub-model.ts'
import { useModel } from '../model/use-model.ts'

/** How long "back again" stays: read twice. */
const BACK_MS = 5_000

/** Whether what the page shows is what the hub says now. */
export function ConnectionBanner() {
  const model = useModel()
  const connection = model.connection.value
  const isBack = useIsBack(connection)
  const hasStatus = model.status.value !== null
  if (connection === 'lost') {
    return (
      <Notice tone="bad" role="alert" icon="wifi">
        {t('common.lost')} {hasStatus && t('common.lostShowsLast')}
      </Notice>
    )
  }
  if (isBack) {
    return (
      <Notice tone="good" role="status">
        {t('common.backAgain')}
      </Notice>
    )
  }
  return null
}

function useIsBack(connection: Connection): boolean {
  const [before, setBefore] = useState(connection)
  const [isBack, setBack] = useState(false)
  useEffect(() => {
    if (before === 'lost' && connection === 'live') setBack(true)
    if (connection === 'lost') setBack(false)
    setBefore(connection)
  }, [connection])
  useEffect(() => {
    if (!isBack) return
    const timer = window.setTimeout(() => setBack(false), BACK_MS)
    return () => window.clearTimeout(timer)
  }, [isBack])
  return isBack
}
