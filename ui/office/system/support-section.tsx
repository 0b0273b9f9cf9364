import { useState } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'

/** One file to carry out on a phone, for those who help from afar. */
export function SupportSection() {
  const [names, setNames] = useState(false)
  return (
    <section class="stack-tight" aria-labelledby="support">
      <h2 id="support">{t('system.support')}</h2>
      <p>{t('system.supportWhat')}</p>
      <label class="choice">
        <input type="checkbox" checked={names} onChange={(event) => setNames(event.currentTarget.checked)} />
        {t('system.supportNames')}
      </label>
      <div>
        <a class="button" href={`/api/system/support-bundle?names=${names}`} download>
          <Icon name="download" />
          {t('system.supportDownload')}
        </a>
      </div>
    </section>
  )
}
