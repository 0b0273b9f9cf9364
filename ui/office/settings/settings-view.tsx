import type { SettingsChange, SettingsView as Settings } from '../../../service/web/settings-schemas.ts'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { t } from '../../i18n/messages.ts'
import { get, patch } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { href } from '../../router.ts'
import { BoardSettings } from './board-settings.tsx'
import { HubSettings } from './hub-settings.tsx'
import { InvitePolicy } from './invite-policy.tsx'
import { NetworkSettings } from './network-settings.tsx'

/** What a coordinator decides about the hub. Each section is saved by itself. */
export default function SettingsView() {
  const settings = useLoaded(() => get<Settings>('/api/settings'))
  const save = async (change: SettingsChange) => {
    const changed = await patch<Settings>('/api/settings', change)
    settings.change(() => changed)
  }
  return (
    <>
      <ViewTitle title={t('office.settings')} />
      <Loaded of={settings}>
        {(now) => (
          <>
            <HubSettings settings={now} save={save} />
            <BoardSettings board={now.board} save={save} />
          </>
        )}
      </Loaded>
      <p>
        <a href={href('/office/maps')}>{t('maps.manage')}</a>
      </p>
      <InvitePolicy />
      <NetworkSettings />
    </>
  )
}
