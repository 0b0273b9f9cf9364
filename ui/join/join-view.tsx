import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'

export default function JoinView() {
  return <ViewTitle title={t('common.join')} />
}
