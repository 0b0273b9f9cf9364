import type { ComponentChildren } from 'preact'
import type { StatusView } from '../../service/web/status-schemas.ts'
import { Icon, type IconName } from '../components/icon.tsx'
import { formatBytes, formatDateTime } from '../i18n/format.ts'
import { t, type MessageKey } from '../i18n/messages.ts'
import { placesOf } from '../model/network-board.ts'
import { nowMs } from '../model/ticking.ts'
import { useModel } from '../model/use-model.ts'

/** What a person checks now and then. */
export function Facts({ status }: { status: StatusView }) {
  const { network, storage, projectNames, seal } = status
  const places = placesOf(status)
  const clock = new Date(nowMs.value + useModel().clockAheadMs.value).toISOString()
  return (
    <section class="stack-tight" aria-labelledby="facts">
      <h2 id="facts">{t('board.thisHub')}</h2>
      <dl class="facts">
        {network.ssid !== null && (
          <Fact icon="wifi" name="board.wifi">
            <bdi>{network.ssid}</bdi>
            {places !== null && <span class="quiet"> · {t('board.places', places)}</span>}
          </Fact>
        )}
        {projectNames !== null && projectNames.length > 0 && (
          <Fact icon="projects" name="board.projects">
            {projectNames.map((name) => (
              <div key={name}>
                <bdi>{name}</bdi>
              </div>
            ))}
          </Fact>
        )}
        <Fact icon="clock" name="board.clock">
          <time dateTime={clock}>{formatDateTime(clock)}</time>
        </Fact>
        <Fact icon="card" name="board.freeSpace">
          {t('board.freeOf', {
            free: formatBytes(storage.freeBytes),
            total: formatBytes(storage.totalBytes)
          })}
        </Fact>
        {seal.mode === 'sealed' && (
          <Fact icon="lock" name="board.office">
            {seal.locked ? t('board.locked') : t('board.unlocked')}
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Fact({ icon, name, children }: { icon: IconName; name: MessageKey; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>
        <Icon name={icon} />
        {t(name)}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}
