import { spoken, t } from '../i18n/messages.ts'
import type { Refused } from '../model/request.ts'
import { countriesIn } from './countries.ts'
import { Field } from './field.tsx'
import { SelectField } from './select-field.tsx'
import { wifiProblem } from './wifi-refusals.ts'

export interface WifiValues {
  ssid: string
  passphrase: string
  /** Empty while nobody has said. */
  country: string
}

interface WifiFieldsProps {
  values: WifiValues
  onValues: (values: WifiValues) => void
  /** Why they were not taken; shown by the field that it is about. */
  failure: Refused | null
}

/** Name, passphrase and country of the Wi-Fi that the hub opens. */
export function WifiFields({ values, onValues, failure }: WifiFieldsProps) {
  return (
    <div class="stack">
      <Field
        id="ssid"
        label={t('setup.wifiName')}
        problem={wifiProblem(failure, 'ssid')}
        value={values.ssid}
        onValue={(ssid) => onValues({ ...values, ssid })}
        maxLength={32}
        required
      />
      <Field
        id="wifi-passphrase"
        label={t('setup.wifiPassphrase')}
        hint={t('setup.wifiPassphraseHint')}
        problem={wifiProblem(failure, 'passphrase')}
        value={values.passphrase}
        onValue={(passphrase) => onValues({ ...values, passphrase })}
        minLength={8}
        maxLength={63}
        autocomplete="off"
        required
      />
      <SelectField
        id="country"
        label={t('setup.country')}
        hint={t('setup.countryHint')}
        problem={wifiProblem(failure, 'country')}
        value={values.country}
        onValue={(country) => onValues({ ...values, country })}
      >
        <option value="">{t('setup.countryChoose')}</option>
        {countriesIn(spoken.value.tag).map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
    </div>
  )
}
