import type { SystemView } from '../../../service/web/system-schemas.ts'
import { Notice } from '../../components/notice.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { SetClock } from './set-clock.tsx'

/** Phones differ by seconds; what is off by minutes sorts observations wrongly. */
const OFF_MS = 2 * 60_000

/** Says that hub and phone do not agree on the time, and offers to set the hub's clock where that can be done. */
export function ClockOffer() {
  const { clockAheadMs } = useModel()
  return Math.abs(clockAheadMs.value) < OFF_MS ? null : <Offer aheadMs={clockAheadMs.value} />
}

function Offer({ aheadMs }: { aheadMs: number }) {
  const { loading } = useLoaded(() => get<SystemView>('/api/system'))
  if (loading.state !== 'here') return null
  const time = formatDateTime(new Date(Date.now() + aheadMs).toISOString())
  return (
    <Notice tone="attention">
      <p>{t('system.clockOff', { time })}</p>
      {loading.value.clock.canBeSet ? <SetClock /> : <p>{t('system.clockNotOurs')}</p>}
    </Notice>
  )
}
