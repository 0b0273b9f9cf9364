import type { SystemView } from '../../../service/web/system-schemas.ts'
import { formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { useModel } from '../../model/use-model.ts'
import { SetClock } from './set-clock.tsx'

/** What the hub takes for the time, and what keeps it. */
export function ClockSection({ clock }: { clock: SystemView['clock'] }) {
  const { clockAheadMs } = useModel()
  const hubNow = new Date(Date.now() + clockAheadMs.value).toISOString()
  return (
    <section class="stack-tight" aria-labelledby="clock">
      <h2 id="clock">{t('system.clock')}</h2>
      <p>{t('system.hubClock', { time: formatDateTime(hubNow) })}</p>
      <p class="quiet">{sourceText(clock.source)}</p>
      {clock.canBeSet ? <SetClock /> : <p class="quiet">{t('system.clockNotOurs')}</p>}
    </section>
  )
}

function sourceText(source: SystemView['clock']['source']): string {
  switch (source) {
    case 'network':
      return t('system.clockFromNetwork')
    case 'battery':
      return t('system.clockFromBattery')
    case 'none':
      return t('system.clockFromNothing')
  }
}
