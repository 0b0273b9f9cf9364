import { t } from '../i18n/messages.ts'

/** As the app shows it: the first twelve characters. */
const SHOWN_CHARACTERS = 12

export function DeviceId({ id }: { id: string }) {
  return (
    <bdi class="device-id" title={t('common.deviceId')}>
      {id.slice(0, SHOWN_CHARACTERS)}
    </bdi>
  )
}
