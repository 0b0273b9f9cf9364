import type { DeviceView } from '../../service/web/status-schemas.ts'
import { DeviceId } from '../components/device-id.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import type { Tone } from '../components/notice.tsx'
import { t, type MessageKey } from '../i18n/messages.ts'

const STATES: Record<DeviceView['state'], { word: MessageKey; tone: Tone; icon: IconName }> = {
  found: { word: 'board.found', tone: 'calm', icon: 'search' },
  'unknown-project': { word: 'board.unknownProject', tone: 'attention', icon: 'question' },
  waiting: { word: 'board.waiting', tone: 'attention', icon: 'start' },
  exchanging: { word: 'board.exchanging', tone: 'busy', icon: 'bolt' },
  'up-to-date': { word: 'board.upToDate', tone: 'good', icon: 'check' },
  away: { word: 'board.away', tone: 'calm', icon: 'history' }
}

export function DeviceList({ devices }: { devices: readonly DeviceView[] }) {
  return (
    <ul class="plain stack">
      {devices.map(({ id, name, state }) => (
        <li key={id} class="card">
          <strong>
            <bdi>{name ?? t('common.unnamedDevice')}</bdi>
          </strong>{' '}
          <DeviceId id={id} />{' '}
          <span class={`state tone-${STATES[state].tone}`}>
            <Icon name={STATES[state].icon} size={20} />
            {t(STATES[state].word)}
          </span>
        </li>
      ))}
    </ul>
  )
}
