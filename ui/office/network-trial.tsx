import { Failure } from '../components/failure.tsx'
import { Notice } from '../components/notice.tsx'
import { t } from '../i18n/messages.ts'
import { countdown } from '../model/countdown.ts'
import { confirmNetwork, revertNetwork } from '../model/network-api.ts'
import { nowMs } from '../model/ticking.ts'
import { useAction } from '../model/use-action.ts'
import { useModel } from '../model/use-model.ts'

/** A changed network goes back by itself unless somebody joins it and says that it works. */
export function NetworkTrial() {
  const model = useModel()
  const { isRunning, failure, run } = useAction()
  const network = model.status.value?.network
  const confirmBy = network?.confirmBy ?? null
  if (network === undefined || confirmBy === null) return null
  const left = Date.parse(confirmBy) - nowMs.value - model.clockAheadMs.value
  return (
    <Notice tone="attention" icon="wifi" role="status">
      <p>
        {network.ssid === null
          ? t('settings.trialStarts')
          : t('settings.trial', { ssid: network.ssid, keep: t('settings.trialKeep') })}
      </p>
      {/* Counts every second: nobody wants to hear that. */}
      <p role="timer" aria-live="off">
        {t('settings.trialLeft', { time: countdown(left) })}
      </p>
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={isRunning}
          onClick={() => run(async () => void (await confirmNetwork()))}
        >
          {t('settings.trialKeep')}
        </button>
        <button
          type="button"
          disabled={isRunning}
          onClick={() => run(async () => void (await revertNetwork()))}
        >
          {t('settings.trialBack')}
        </button>
      </div>
      <Failure failure={failure} />
    </Notice>
  )
}
