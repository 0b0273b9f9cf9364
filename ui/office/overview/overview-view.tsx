import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'

/** What the coordinator must know first. */
export default function OverviewView() {
  return <ViewTitle title={t('office.overview')} />
}
