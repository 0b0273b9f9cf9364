import { useState } from 'preact/hooks'
import type { LogLineView } from '../../../service/web/system-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'

type Level = 'info' | 'warn' | 'error'

const TONES: Record<LogLineView['level'], [tone: string, icon: IconName]> = {
  debug: ['tone-calm', 'info'],
  info: ['tone-calm', 'info'],
  warn: ['tone-attention', 'warning'],
  error: ['tone-bad', 'warning'],
  fatal: ['tone-bad', 'cross']
}

/** The latest lines of the hub's log, in the hub's own words. */
export function LogSection() {
  const [level, setLevel] = useState<Level>('warn')
  const lines = useLoaded(() => get<LogLineView[]>(`/api/system/log?level=${level}`), [level])
  return (
    <section class="stack-tight" aria-labelledby="log">
      <h2 id="log">{t('system.log')}</h2>
      <div class="row">
        <label for="log-level">{t('system.logLevel')}</label>
        <select
          id="log-level"
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value as Level)}
        >
          <option value="info">{t('system.logAll')}</option>
          <option value="warn">{t('system.logWarnings')}</option>
          <option value="error">{t('system.logErrors')}</option>
        </select>
        <button type="button" onClick={lines.reload}>
          <Icon name="restart" />
          {t('system.logReload')}
        </button>
      </div>
      <Loaded of={lines} empty={<Empty icon="log">{t('system.logEmpty')}</Empty>}>
        {(list) => (
          <ol class="plain log" tabIndex={0} aria-label={t('system.log')}>
            {list.map((line, at) => (
              <li key={at}>
                <Line line={line} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </section>
  )
}

function Line({ line: { level, time, part, message, fields } }: { line: LogLineView }) {
  const [tone, icon] = TONES[level]
  return (
    <>
      <span class={tone}>
        <Icon name={icon} size={16} label={level} />
      </span>{' '}
      <span class="quiet">{formatDateTime(time)}</span> {part !== null && <span class="quiet">{part}: </span>}
      <span lang="en">{message}</span>
      {fields !== '{}' && <code class="log-fields">{fields}</code>}
    </>
  )
}
