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
  'writer-over-share': { tone: 'attention', text: 'board.writerOverShare' },
  'members-full': { tone: 'attention', text: 'board.membersFull' },
  'safe-mode': { tone: 'bad', text: 'board.safeMode' }
}

/** What is wrong now, in sentences. */
export function Warnings({ status: { warnings, network } }: { status: StatusView }) {
  const isWifiBad = network.state === 'down' || network.state === 'degraded'
  if (warnings.length === 0 && !isWifiBad) return null
  return (
    <div class="stack-tight">
      {isWifiBad && (
        <Notice tone="attention" icon="wifi" role="status">
          {t('board.wifiBad')}
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
