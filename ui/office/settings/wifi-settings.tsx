import { useState } from 'preact/hooks'
import { Loaded } from '../../components/loaded.tsx'
import { WifiFields, type WifiValues } from '../../components/wifi-fields.tsx'
import { t } from '../../i18n/messages.ts'
import type { NetworkView } from '../../../service/web/network-schemas.ts'
import { changeNetwork, readNetwork } from '../../model/network-api.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { Section } from './section.tsx'

/** The Wi-Fi that the hub opens. A change is on trial until somebody confirms it from the changed network. */
export function WifiSettings() {
  const network = useLoaded(readNetwork)
  return (
    <Loaded of={network}>
      {(now) =>
        now.settings === null ? null : (
          <WifiForm settings={now.settings} onChanged={(changed) => network.change(() => changed)} />
        )
      }
    </Loaded>
  )
}

interface WifiFormProps {
  settings: NonNullable<NetworkView['settings']>
  onChanged: (network: NetworkView) => void
}

function WifiForm({ settings, onChanged }: WifiFormProps) {
  const { ssid, passphrase, country } = settings
  const [values, setValues] = useState<WifiValues>({ ssid, passphrase, country: country ?? '' })
  return (
    <Section
      title={t('setup.wifi')}
      onSave={async () => {
        const { country, ...rest } = values
        onChanged(await changeNetwork({ ...rest, country: country === '' ? null : country }))
      }}
    >
      <p class="hint">{t('settings.wifiTrial')}</p>
      <WifiFields values={values} onValues={setValues} />
    </Section>
  )
}
