import { useState } from 'preact/hooks'
import type { SystemView } from '../../../service/web/system-schemas.ts'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { post } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'
import { useModel } from '../../model/use-model.ts'

/** Sets the hub's clock to that of this phone, which a person can compare with a watch. */
export function SetClock() {
  const model = useModel()
  const { isRunning, failure, run } = useAction()
  const [isSet, setIsSet] = useState(false)
  const set = () =>
    run(async () => {
      const { clock } = await post<SystemView>('/api/system/clock', { now: new Date().toISOString() })
      model.clockAheadMs.value = Date.parse(clock.now) - Date.now()
      setIsSet(true)
    })
  return (
    <div class="stack-tight">
      <div>
        <button type="button" disabled={isRunning} onClick={set}>
          <Icon name="clock" />
          {t('system.setClock', { time: formatDateTime(new Date().toISOString()) })}
        </button>
      </div>
      <Failure failure={failure} />
      {isSet && (
        <Notice tone="good" role="status">
          {t('system.clockIsSet')}
        </Notice>
      )}
    </div>
  )
}
