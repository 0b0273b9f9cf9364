import type { StatusView, WarningView } from '../../service/web/status-schemas.ts'
import { Notice, type Tone } from '../components/notice.tsx'
import { t, type MessageKey } from '../i18n/messages.ts'

const WARNINGS: Record<WarningView['code'], { tone: Tone; text: MessageKey }> = {
  'storage-low': { tone: 'attention', text: 'board.storageLow' },
  'originals-paused': { tone: 'attention', text: 'board.originalsPaused' },
  'intake-paused': { tone: 'bad', text: 'board.intakePaused' },
  'storage-failed': { tone: 'bad', text: 'board.storageFailed' },
  'store-rebuilt': { tone: 'attention', text: 'board.storeRebuilt' },
  'blocks-missing': { tone: 'calm', text: 'board.blocksMissing' },
  'blocks-damaged': { tone: 'calm', text: 'board.blocksDamaged' },
  'card-repaired': { tone: 'attention', text: 'board.cardRepaired' },
  'core-conflict': { tone: 'attention', text: 'board.coreConflict' },
  'hub-copied': { tone: 'attention', text: 'board.hubCopied' },
  'writer-over-share': { tone: 'attention', text: 'board.writerOverShare' },
  'members-full': { tone: 'attention', text: 'board.membersFull' },
  'safe-mode': { tone: 'bad', text: 'board.safeMode' }
}

const WIFI_PROBLEMS: Record<NonNullable<StatusView['network']['problem']>, MessageKey> = {
  'no-radio': 'board.wifiNoRadio',
  'radio-blocked': 'board.wifiRadioBlocked',
  'mode-refused': 'board.wifiModeRefused',
  'radio-failed': 'board.wifiRadioFailed',
  'addresses-failed': 'board.wifiAddressesFailed',
  'second-radio-failed': 'board.wifiSecondRadioFailed',
  'firewall-failed': 'board.wifiFirewallFailed',
  'not-applied': 'board.wifiNotApplied'
}

/** What is wrong now, in sentences. */
export function Warnings({ status: { warnings, network } }: { status: StatusView }) {
  const { problem } = network
  if (warnings.length === 0 && problem === null) return null
  return (
    <div class="stack-tight">
      {problem !== null && (
        <Notice tone="attention" icon="wifi" role="status">
          {t(WIFI_PROBLEMS[problem])}
        </Notice>
      )}
      {warnings.map(({ code, deviceId, count }) => (
        <Notice key={`${code} ${deviceId ?? ''}`} tone={WARNINGS[code].tone} role="status">
          {t(WARNINGS[code].text, { count: count ?? 0 })}
        </Notice>
      ))}
    </div>
  )
}
