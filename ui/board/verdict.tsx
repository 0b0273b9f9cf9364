import type { StatusView } from '../../service/web/status-schemas.ts'
import { Icon, type IconName } from '../components/icon.tsx'
import type { Tone } from '../components/notice.tsx'
import { t, type MessageKey } from '../i18n/messages.ts'
import type { Connection } from '../model/hub-model.ts'
import { useModel } from '../model/use-model.ts'

interface Verdict {
  tone: Tone
  icon: IconName
  word: MessageKey
}

/** Warnings that are about the past: told, but not a reason to look after the hub now. */
const PAST = new Set(['store-rebuilt', 'blocks-missing', 'blocks-damaged'])

/** Whether all is well, in one word; the worst first. */
export function verdictOf(
  { storage, warnings, network }: Pick<StatusView, 'storage' | 'warnings' | 'network'>,
  connection: Connection
): Verdict {
  if (connection === 'lost') return { tone: 'bad', icon: 'wifi', word: 'board.noContact' }
  if (storage.state === 'failed' || warnings.some(({ code }) => code === 'safe-mode')) {
    return { tone: 'bad', icon: 'warning', word: 'board.fault' }
  }
  if (storage.state === 'full') return { tone: 'bad', icon: 'card', word: 'board.full' }
  const isWifiWell = network.state !== 'down' && network.state !== 'degraded'
  if (!isWifiWell || storage.state !== 'ok' || warnings.some(({ code }) => !PAST.has(code))) {
    return { tone: 'attention', icon: 'warning', word: 'board.needsCare' }
  }
  return { tone: 'good', icon: 'check-ring', word: 'board.allWell' }
}

/** The two things that people want to know from three steps away. */
export function Verdict({ status }: { status: StatusView }) {
  const connection = useModel().connection.value
  const verdict = verdictOf(status, connection)
  return (
    <div class="verdicts">
      <p class={`verdict tone-${verdict.tone}`} role="status">
        <Icon name={verdict.icon} size={36} />
        <span>{t(verdict.word)}</span>
      </p>
      {connection !== 'lost' && <Plug isWriting={status.storage.writing} />}
    </div>
  )
}

function Plug({ isWriting }: { isWriting: boolean }) {
  return (
    <p class={`verdict tone-${isWriting ? 'attention' : 'good'}`} role="status">
      <Icon name={isWriting ? 'writing' : 'plug'} size={36} />
      <span>{t(isWriting ? 'board.writingWait' : 'board.safeToUnplug')}</span>
    </p>
  )
}
