import { DeviceList } from '../../board/device-list.tsx'
import { Facts } from '../../board/facts.tsx'
import { Verdict } from '../../board/verdict.tsx'
import { Warnings } from '../../board/warnings.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { useModel } from '../../model/use-model.ts'
import { InviteList } from '../invites/invites-view.tsx'

/** What the coordinator must know first. */
export default function OverviewView() {
  const status = useModel().status.value
  if (status === null) return null
  return (
    <>
      <ViewTitle title={t('office.overview')} />
      <Verdict status={status} />
      <Warnings status={status} />
      <InviteList empty={null} onlyPending />
      <DeviceList status={status} />
      <Facts status={status} />
    </>
  )
}
