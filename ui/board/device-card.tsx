import type { DeviceView, Flow } from '../../service/web/status-schemas.ts'
import { DeviceId } from '../components/device-id.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import type { Tone } from '../components/notice.tsx'
import { ProgressBar } from '../components/progress-bar.tsx'
import { formatAgo, formatBytes, formatPercent } from '../i18n/format.ts'
import { t, type MessageKey } from '../i18n/messages.ts'
import { fractionOf } from '../model/pace.ts'
import { nowMs } from '../model/ticking.ts'
import { useModel } from '../model/use-model.ts'

const STATES: Record<DeviceView['state'], { word: MessageKey; tone: Tone; icon: IconName }> = {
  found: { word: 'board.found', tone: 'calm', icon: 'search' },
  'unknown-project': { word: 'board.unknownProject', tone: 'attention', icon: 'question' },
  waiting: { word: 'board.waiting', tone: 'attention', icon: 'start' },
  exchanging: { word: 'board.exchanging', tone: 'busy', icon: 'bolt' },
  'up-to-date': { word: 'board.upToDate', tone: 'good', icon: 'check' },
  away: { word: 'board.away', tone: 'calm', icon: 'history' }
}
const WAITS_FOR_ROOM = { word: 'board.waitsForRoom', tone: 'bad', icon: 'card' } as const

interface DeviceCardProps {
  device: DeviceView
  /** It then waits for room on the card, and not for its person. */
  isHubFull: boolean
}

/** One device that is here: what it does, how far it is, and whether its person may leave. */
export function DeviceCard({ device, isHubFull }: DeviceCardProps) {
  const { id, name, type, state, progress, wants } = device
  const shown = state === 'waiting' && isHubFull ? WAITS_FOR_ROOM : STATES[state]
  return (
    <li class={`card device tone-${shown.tone}`}>
      <div class="device-head">
        <Icon name={type === 'desktop' ? 'computer' : 'phone'} size={28} />
        <span class="device-name">
          <strong>
            <bdi>{name ?? t('common.unnamedDevice')}</bdi>
          </strong>{' '}
          <DeviceId id={id} />
        </span>
        {wants !== null && <Wants wants={wants} />}
      </div>
      <span class={`state state-large tone-${shown.tone}`}>
        <Icon name={shown.icon} size={24} />
        {t(shown.word)}
      </span>
      {state === 'up-to-date' && (
        <p class="may-leave tone-good">
          <Icon name="leave" size={36} />
          {t('board.mayLeave')}
        </p>
      )}
      {progress !== null && (state === 'exchanging' || state === 'waiting') && (
        <>
          <Total device={device} />
          <FlowRow icon="arrow-to-hub" label="board.toHub" flow={progress.toHub} />
          <FlowRow icon="arrow-from-hub" label="board.fromHub" flow={progress.fromHub} />
        </>
      )}
    </li>
  )
}

export function AwayDevice({ device: { id, name, lastSeenAt } }: { device: DeviceView }) {
  const hubNow = nowMs.value + useModel().clockAheadMs.value
  return (
    <li class="away-device">
      <span>
        <bdi>{name ?? t('common.unnamedDevice')}</bdi> <DeviceId id={id} />
      </span>
      {lastSeenAt !== null && (
        <span class="quiet">
          {t('board.lastSeen')} <time dateTime={lastSeenAt}>{formatAgo(lastSeenAt, hubNow)}</time>
        </span>
      )}
    </li>
  )
}

/** The app's own signs: a star for everything, a leaf for previews only. */
function Wants({ wants }: { wants: NonNullable<DeviceView['wants']> }) {
  const isAll = wants === 'everything'
  return (
    <span class="wants">
      <Icon
        name={isAll ? 'star' : 'leaf'}
        size={20}
        label={t(isAll ? 'board.wantsEverything' : 'board.wantsPreviews')}
      />
    </span>
  )
}

function Total({ device: { id, state, progress } }: { device: DeviceView }) {
  const pace = useModel().paceOf(id)
  if (progress === null) return null
  // Read, so that the words follow the time and not only the blocks.
  void nowMs.value
  const now = performance.now()
  const speed = pace?.bytesPerSecond(now) ?? null
  const left = pace?.secondsLeft(progress, now) ?? null
  const fraction = fractionOf(progress)
  return (
    <div class="stack-tight">
      <div class="total">
        <strong class="percent">{formatPercent(Math.min(fraction, 0.99))}</strong>
        {state === 'exchanging' && (
          <span class="quiet">
            {speed !== null && speed > 0 && t('board.perSecond', { amount: formatBytes(speed) })}
            {left !== null && speed !== null && speed > 0 && <> · {timeLeft(left)}</>}
          </span>
        )}
      </div>
      <ProgressBar fraction={Math.min(fraction, 0.99)} label={t('board.progress')} />
    </div>
  )
}

const MINUTE = 60

function timeLeft(seconds: number): string {
  if (seconds < MINUTE) return t('board.lessThanMinute')
  return t('board.minutesLeft', { count: Math.ceil(seconds / MINUTE) })
}

/** One direction, in what people know: observations and photos. Where the hub cannot read them, in blocks. */
function FlowRow({ icon, label, flow }: { icon: IconName; label: MessageKey; flow: Flow }) {
  const { done, wanted } = flow
  if (wanted.blocks === 0) {
    return (
      <div class="flow">
        <Icon name={icon} size={20} /> {t(label)}: {t('board.nothingLeft')} <Icon name="check" size={20} />
      </div>
    )
  }
  const parts = [
    left('board.documentsLeft', done.documents, wanted.documents),
    left('board.photosLeft', done.photos, wanted.photos)
  ].filter((words) => words !== null)
  return (
    <div class="flow">
      <Icon name={icon} size={20} /> {t(label)}:{' '}
      {parts.join(', ') || t('board.blocksLeft', { count: wanted.blocks })}
    </div>
  )
}

function left(key: MessageKey, done: number | null, wanted: number | null): string | null {
  if (done === null || wanted === null || wanted === 0) return null
  return t(key, { count: wanted })
}
