import type { TotalsView, TotalView } from '../../../service/web/session-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { tallyText } from './tally-text.ts'

const DAY_MS = 86_400_000

/** How much was exchanged today, in the last seven days, and ever. Days are the reader's, told in the hub's time. */
export function Totals() {
  const model = useModel()
  const totals = useLoaded(() => {
    const aheadMs = model.clockAheadMs.value
    const midnight = new Date().setHours(0, 0, 0, 0)
    const instant = (time: number) => encodeURIComponent(new Date(time + aheadMs).toISOString())
    const [today, week] = [instant(midnight), instant(midnight - 6 * DAY_MS)]
    return get<TotalsView>(`/api/sessions/totals?today=${today}&week=${week}`)
  })
  return (
    <Loaded of={totals}>
      {({ today, week, ever }) => (
        <dl class="totals">
          <Total name={t('sessions.today')} total={today} />
          <Total name={t('sessions.week')} total={week} />
          <Total name={t('sessions.ever')} total={ever} />
        </dl>
      )}
    </Loaded>
  )
}

function Total({ name, total: { sessions, toHub, fromHub } }: { name: string; total: TotalView }) {
  return (
    <div class="card stack-tight">
      <dt>
        <strong>{name}</strong>
      </dt>
      <dd>{t('sessions.count', { count: sessions })}</dd>
      <dd>
        <Icon name="arrow-to-hub" size={18} label={t('sessions.toHub')} /> {tallyText(toHub)}
      </dd>
      <dd>
        <Icon name="arrow-from-hub" size={18} label={t('sessions.fromHub')} /> {tallyText(fromHub)}
      </dd>
    </div>
  )
}
