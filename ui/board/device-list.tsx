import type { StatusView } from '../../service/web/status-schemas.ts'
import { Icon } from '../components/icon.tsx'
import { formatAgo } from '../i18n/format.ts'
import { t } from '../i18n/messages.ts'
import { nowMs } from '../model/ticking.ts'
import { useModel } from '../model/use-model.ts'
import { AwayDevice, DeviceCard } from './device-card.tsx'

/** Who went home is found again behind a button when there are more. */
const AWAY_SHOWN = 5

/** Who is here first, then those on the Wi-Fi whose app does not speak with the hub, then who was here. */
export function DeviceList({ status }: { status: StatusView }) {
  const here = status.devices.filter(({ state }) => state !== 'away')
  const away = status.devices.filter(({ state }) => state === 'away')
  return (
    <>
      <section class="stack-tight" aria-labelledby="devices">
        <h2 id="devices">{t('board.devicesHere')}</h2>
        {here.length === 0 && <p class="quiet">{t('board.noDevices')}</p>}
        <ul class="plain stack device-grid">
          {here.map((device) => (
            <DeviceCard key={device.id} device={device} isHubFull={status.storage.state === 'full'} />
          ))}
        </ul>
        <Guests status={status} />
      </section>
      {away.length > 0 && (
        <section class="stack-tight" aria-labelledby="away">
          <h2 id="away">{t('board.devicesAway')}</h2>
          <ul class="plain">
            {away.slice(0, AWAY_SHOWN).map((device) => (
              <AwayDevice key={device.id} device={device} />
            ))}
          </ul>
          {away.length > AWAY_SHOWN && (
            <details>
              <summary>{t('board.moreAway', { count: away.length - AWAY_SHOWN })}</summary>
              <ul class="plain">
                {away.slice(AWAY_SHOWN).map((device) => (
                  <AwayDevice key={device.id} device={device} />
                ))}
              </ul>
            </details>
          )}
        </section>
      )}
    </>
  )
}

function Guests({ status }: { status: StatusView }) {
  const hubNow = nowMs.value + useModel().clockAheadMs.value
  return (
    <ul class="plain stack">
      {status.network.guests.map(({ visit, joinedAt }) => (
        <li key={visit} class="card device tone-calm">
          <span class="state tone-calm">
            <Icon name="wifi" size={20} />
            {t('board.notInApp')}
          </span>{' '}
          <span class="quiet">{t('board.joinedWifi', { when: formatAgo(joinedAt, hubNow) })}</span>
        </li>
      ))}
    </ul>
  )
}
