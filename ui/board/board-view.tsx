import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'
import { DeviceList } from './device-list.tsx'

/** The public part: who is here, and how far each is. */
export function BoardView() {
  const status = useModel().status.value
  if (status === null) return null
  return (
    <>
      <ViewTitle title={t('common.board')} />
      <DeviceList devices={status.devices} />
    </>
  )
}
