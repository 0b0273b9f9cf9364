import './board.css'
import { Waiting } from '../components/loaded.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'
import { Coaching, WifiFull } from './coaching.tsx'
import { DeviceList } from './device-list.tsx'
import { Facts } from './facts.tsx'
import { ShelfList } from './shelf-list.tsx'
import { Verdict } from './verdict.tsx'
import { Warnings } from './warnings.tsx'

/** The public part: whether all is well, who is here and how far each is, and what to do next. */
export function BoardView() {
  const status = useModel().status.value
  if (status === null) {
    return (
      <>
        <ViewTitle title={t('common.board')} />
        <Waiting />
      </>
    )
  }
  return (
    <>
      <ViewTitle title={t('common.board')} />
      <Verdict status={status} />
      <Warnings status={status} />
      <WifiFull status={status} />
      <DeviceList status={status} />
      <Coaching status={status} />
      <ShelfList />
      <Facts status={status} />
    </>
  )
}
