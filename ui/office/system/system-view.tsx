import './system.css'
import type { SystemView as System } from '../../../service/web/system-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatBytes, formatNumber, formatPercent } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { BackupSection } from './backup-section.tsx'
import { ClockSection } from './clock-section.tsx'
import { LogSection } from './log-section.tsx'
import { PassphraseSection } from './passphrase-section.tsx'
import { PowerSection } from './power-section.tsx'
import { SealSection } from './seal-section.tsx'
import { SupportSection } from './support-section.tsx'
import { UpdateSection } from './update-section.tsx'
import { uptimeText } from './uptime-text.ts'

/** How the machine is, and what one may ask of it. */
export default function SystemView() {
  const system = useLoaded(() => get<System>('/api/system'))
  return (
    <>
      <ViewTitle title={t('system.title')} />
      <Loaded of={system}>
        {(system) => (
          <>
            <Health system={system} />
            <ClockSection clock={system.clock} />
          </>
        )}
      </Loaded>
      <UpdateSection />
      <SealSection />
      <PassphraseSection />
      <BackupSection />
      <SupportSection />
      <LogSection />
      <PowerSection />
    </>
  )
}

function Health({ system }: { system: System }) {
  const {
    version,
    hubUptimeSeconds,
    machineUptimeSeconds,
    load,
    memory,
    storage,
    temperatureCelsius,
    health
  } = system
  return (
    <section class="stack-tight">
      {health.serving ? (
        <Notice tone="good">{t('system.healthy')}</Notice>
      ) : (
        <Notice tone="bad">{t('system.unhealthy', { reason: health.reason ?? '' })}</Notice>
      )}
      <dl class="machine-facts">
        <dt>{t('system.version')}</dt>
        <dd>{version}</dd>
        <dt>{t('system.hubUptime')}</dt>
        <dd>{uptimeText(hubUptimeSeconds)}</dd>
        <dt>{t('system.machineUptime')}</dt>
        <dd>{uptimeText(machineUptimeSeconds)}</dd>
        <dt>
          <Icon name="card" size={18} /> {t('system.card')}
        </dt>
        <dd>
          {t('system.freeOf', {
            free: formatBytes(storage.freeBytes),
            total: formatBytes(storage.totalBytes)
          })}
        </dd>
        <dt>{t('system.memory')}</dt>
        <dd>
          {t('system.freeOf', { free: formatBytes(memory.freeBytes), total: formatBytes(memory.totalBytes) })}
          {', '}
          {t('system.hubTakes', { amount: formatBytes(memory.hubBytes) })}
        </dd>
        <dt>{t('system.load')}</dt>
        <dd>{formatPercent(load)}</dd>
        {temperatureCelsius !== null && (
          <>
            <dt>{t('system.temperature')}</dt>
            <dd>{t('system.degrees', { degrees: formatNumber(temperatureCelsius) })}</dd>
          </>
        )}
      </dl>
    </section>
  )
}
