import { useState } from 'preact/hooks'
import type { SettingsChange, SettingsView } from '../../../service/web/settings-schemas.ts'
import { t } from '../../i18n/messages.ts'
import { Section } from './section.tsx'

interface BoardSettingsProps {
  board: SettingsView['board']
  save: (change: SettingsChange) => Promise<void>
}

/** What everybody on the Wi-Fi may see. */
export function BoardSettings({ board, save }: BoardSettingsProps) {
  const [showDeviceNames, setDeviceNames] = useState(board.showDeviceNames)
  const [showProjectNames, setProjectNames] = useState(board.showProjectNames)
  return (
    <Section
      title={t('settings.board')}
      onSave={() => save({ board: { showDeviceNames, showProjectNames } })}
    >
      <p class="hint">{t('settings.boardWhat')}</p>
      <div>
        <label class="choice">
          <input
            type="checkbox"
            checked={showDeviceNames}
            onChange={({ currentTarget }) => setDeviceNames(currentTarget.checked)}
          />
          {t('settings.showDeviceNames')}
        </label>
        <label class="choice">
          <input
            type="checkbox"
            checked={showProjectNames}
            onChange={({ currentTarget }) => setProjectNames(currentTarget.checked)}
          />
          {t('settings.showProjectNames')}
        </label>
      </div>
    </Section>
  )
}
