import { spoken, t } from '../i18n/messages.ts'
import { countriesIn } from './countries.ts'
import { Field } from './field.tsx'

export interface WifiValues {
  ssid: string
  passphrase: string
  /** Empty while nobody has said. */
  country: string
}

interface WifiFieldsProps {
  values: WifiValues
  onValues: (values: WifiValues) => void
}

/** Name, passphrase and country of the Wi-Fi that the hub opens. */
export function WifiFields({ values, onValues }: WifiFieldsProps) {
  return (
    <div class="stack">
      <Field
        id="ssid"
        label={t('setup.wifiName')}
        value={values.ssid}
        onValue={(ssid) => onValues({ ...values, ssid })}
        maxLength={32}
        required
      />
      <Field
        id="wifi-passphrase"
        label={t('setup.wifiPassphrase')}
        hint={t('setup.wifiPassphraseHint')}
        value={values.passphrase}
        onValue={(passphrase) => onValues({ ...values, passphrase })}
        minLength={8}
        maxLength={63}
        autocomplete="off"
        required
      />
      <div class="field">
        <label for="country">{t('setup.country')}</label>
        <select
          id="country"
          value={values.country}
          aria-describedby="country-hint"
          onChange={({ currentTarget }) => onValues({ ...values, country: currentTarget.value })}
        >
          <option value="">{t('setup.countryChoose')}</option>
          {countriesIn(spoken.value.tag).map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
        <div class="hint" id="country-hint">
          {t('setup.countryHint')}
        </div>
      </div>
    </div>
  )
}
