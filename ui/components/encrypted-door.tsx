import { t } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'
import { Icon } from './icon.tsx'
import { Notice } from './notice.tsx'

/** URL of the encrypted page, when that is where the person must go first; null when they are there, or need not. */
export function useEncryptedDoor(): string | null {
  const https = useModel().status.value?.https ?? null
  const { protocol, hostname, hash } = window.location
  const isOnHub = hostname === 'localhost' || hostname.startsWith('127.')
  if (https === null || protocol === 'https:' || isOnHub) return null
  return `https://${hostname}${https.port === 443 ? '' : `:${https.port}`}/${hash}`
}

/**
 * The way to the encrypted page, and what the browser will say on it. The fingerprint is not said here: who can change this
 * page on its way could change it too. It is on the printed card.
 */
export function EncryptedDoor({ url }: { url: string }) {
  return (
    <>
      <Notice tone="attention">{t('encryption.why')}</Notice>
      <p>{t('encryption.warning')}</p>
      <p>
        <a class="button" href={url}>
          <Icon name="bolt" />
          {t('encryption.open')}
        </a>
      </p>
    </>
  )
}

/** In the form in which browsers show it. */
export function Fingerprint({ value }: { value: string }) {
  return (
    <p class="fingerprint">
      {t('encryption.fingerprint')} <bdi class="device-id">{value}</bdi>
    </p>
  )
}
