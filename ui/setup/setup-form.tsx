import { LANGUAGES } from 'virtual:languages'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { EncryptedDoor, useEncryptedDoor } from '../components/encrypted-door.tsx'
import { Failure } from '../components/failure.tsx'
import { Field } from '../components/field.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { WifiFields, type WifiValues } from '../components/wifi-fields.tsx'
import { checkWifi, isOfWifiField } from '../components/wifi-refusals.ts'
import { chooseForPerson } from '../i18n/language.ts'
import { spoken, t } from '../i18n/messages.ts'
import { changeNetwork, readNetwork } from '../model/network-api.ts'
import { get, patch } from '../model/request.ts'
import { useAction } from '../model/use-action.ts'
import { useModel } from '../model/use-model.ts'
import type { SettingsView } from '../../service/web/settings-schemas.ts'
import { go, href } from '../router.ts'
import { NewPassphrase } from './new-passphrase.tsx'
import { RestoreForm } from './restore-form.tsx'

const NAME_MAX_CHARACTERS = 60

/** Everything that a hub must be told, from a phone, in one pass. Whoever sets the passphrase is the coordinator of this hub. */
export function SetupForm() {
  const model = useModel()
  const status = model.status.value
  const opensNetwork = status !== null && status.network.mode !== 'none'
  const [name, setName] = useState(status?.hub.name ?? '')
  const [wifi, setWifi] = useState<WifiValues>({
    ssid: status?.network.ssid ?? '',
    passphrase: '',
    country: ''
  })
  const [passphrase, setPassphrase] = useState('')
  const { isRunning, failure, run } = useAction()
  const door = useEncryptedDoor()
  if (door !== null) {
    return (
      <div class="stack">
        <ViewTitle title={t('setup.title')} />
        <EncryptedDoor url={door} />
      </div>
    )
  }
  return (
    <div class="stack">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          run(async () => {
            if (opensNetwork) checkWifi(wifi)
            // Claimed first: nobody else can from then on, and the rest can be done again in the settings.
            await model.setup(passphrase)
            await keepSettings(name)
            go(href('/setup/invite'))
            // Last of all: the phone may lose the Wi-Fi by it.
            if (opensNetwork) await keepNetwork(wifi)
          })
        }}
      >
        <ViewTitle title={t('setup.title')} />
        <p>{t('setup.what')}</p>
        <Step number={1} title={t('common.language')}>
          <div class="field">
            <label for="hub-language">{t('setup.hubLanguage')}</label>
            <select
              id="hub-language"
              value={spoken.value.tag}
              onChange={({ currentTarget }) => void chooseForPerson(currentTarget.value)}
            >
              {LANGUAGES.map((language) => (
                <option key={language.tag} value={language.tag} lang={language.tag}>
                  {language.name}
                </option>
              ))}
            </select>
          </div>
        </Step>
        <Step number={2} title={t('setup.hub')}>
          <Field
            id="hub-name"
            label={t('setup.hubName')}
            hint={t('setup.hubNameHint')}
            value={name}
            onValue={setName}
            maxLength={NAME_MAX_CHARACTERS}
            required
          />
        </Step>
        {opensNetwork && (
          <Step number={3} title={t('setup.wifi')}>
            <WifiFields values={wifi} onValues={setWifi} failure={failure} />
          </Step>
        )}
        <Step number={opensNetwork ? 4 : 3} title={t('setup.office')}>
          <p>{t('setup.passphraseWhy')}</p>
          <NewPassphrase value={passphrase} onValue={setPassphrase} />
        </Step>
        <Failure failure={isOfWifiField(failure) ? null : failure} />
        <div>
          <button type="submit" disabled={isRunning}>
            {t('setup.finish')}
          </button>
        </div>
      </form>
      <RestoreForm />
    </div>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ComponentChildren }) {
  return (
    <section class="card stack" aria-label={title}>
      <h2>
        {number}. {title}
      </h2>
      {children}
    </section>
  )
}

async function keepSettings(name: string): Promise<void> {
  const settings = await get<SettingsView>('/api/settings')
  const isNew = name.trim() !== settings.hub.name && !settings.fixed.includes('hub.name')
  await patch('/api/settings', {
    hub: { language: spoken.value.tag, ...(isNew ? { name: name.trim() } : {}) }
  })
}

async function keepNetwork({ ssid, passphrase, country }: WifiValues): Promise<void> {
  const network = await readNetwork()
  if (network.settings === null) return
  await changeNetwork({ ssid, passphrase, ...(country === '' ? {} : { country }) })
}
