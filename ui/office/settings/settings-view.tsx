import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'

export default function SettingsView() {
  return <ViewTitle title={t('office.settings')} />
}
