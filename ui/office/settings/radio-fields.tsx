import type { NetworkView } from '../../../service/web/network-schemas.ts'
import { Choice } from '../../components/choice.tsx'
import { Field } from '../../components/field.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { wifiProblem } from '../../components/wifi-refusals.ts'
import { t } from '../../i18n/messages.ts'
import type { Refused } from '../../model/request.ts'
import type { WantedNetwork } from './network-part.ts'

export type RadioValues = Pick<
  WantedNetwork,
  'band' | 'channel' | 'secondRadio' | 'isolation' | 'clientLimit'
>

interface RadioFieldsProps {
  radio: NetworkView['radio']
  /** As chosen in the same form; null when none is. */
  country: string | null
  values: RadioValues
  onValues: (some: Partial<RadioValues>) => void
  failure: Refused | null
}

// As in the hub's own check.
const CLIENT_LIMIT_MAX = 200

const BANDS = [
  { band: '2.4GHz', label: 'radio.band24', hint: 'radio.band24Hint' },
  { band: '5GHz', label: 'radio.band5', hint: 'radio.band5Hint' }
] as const

/** How the Wi-Fi is on the air, and whether phones reach each other there: what each choice gives and costs. */
export function RadioFields({ radio, country, values, onValues, failure }: RadioFieldsProps) {
  const bandProblem = wifiProblem(failure, 'band')
  const cannotIsolate = radio !== null && !radio.isolation
  return (
    <div class="stack">
      <fieldset>
        <legend>{t('radio.band')}</legend>
        {BANDS.map(({ band, label, hint }) => (
          <Choice
            key={band}
            id={`band-${band === '5GHz' ? '5' : '2'}`}
            group="band"
            label={t(label)}
            hint={t(hint)}
            problem={values.band === band ? bandProblem : null}
            isChosen={values.band === band}
            // A channel is of one band.
            onChosen={() => onValues({ band, channel: 'auto' })}
          />
        ))}
      </fieldset>
      <SelectField
        id="channel"
        label={t('radio.channel')}
        hint={t('radio.channelHint')}
        problem={wifiProblem(failure, 'channel')}
        value={String(values.channel)}
        onValue={(channel) => onValues({ channel: channel === 'auto' ? 'auto' : Number(channel) })}
      >
        <option value="auto">{t('radio.channelAuto')}</option>
        {channelsFor({ radio, country, values }).map((channel) => (
          <option key={channel} value={channel}>
            {channel}
          </option>
        ))}
      </SelectField>
      <Field
        id="client-limit"
        label={t('radio.limit')}
        hint={limitHint(radio?.clientLimit ?? null)}
        type="number"
        min={1}
        max={CLIENT_LIMIT_MAX}
        value={String(values.clientLimit ?? '')}
        onValue={(limit) => onValues({ clientLimit: limit === '' ? null : Number(limit) })}
      />
      <div>
        <Choice
          id="second-radio"
          label={t('radio.second')}
          hint={t('radio.secondHint')}
          isChosen={values.secondRadio}
          onChosen={(secondRadio) => onValues({ secondRadio })}
        />
        <Choice
          id="isolation"
          label={t('radio.isolation')}
          hint={t(cannotIsolate ? 'errors.networkIsolationUnsupported' : 'radio.isolationHint')}
          problem={cannotIsolate ? null : wifiProblem(failure, 'isolation')}
          isChosen={values.isolation}
          onChosen={(isolation) => onValues({ isolation })}
          // Whoever has it on with a radio that cannot must be able to take it off.
          disabled={cannotIsolate && !values.isolation}
        />
      </div>
    </div>
  )
}

function limitHint(known: number | null): string {
  return known === null ? t('radio.limitUnknownHint') : t('radio.limitHint', { limit: known })
}

/** @returns the channels of the band; those that the radio may not use now are left out, as far as it is known */
function channelsFor({
  radio,
  country,
  values: { band, channel }
}: Pick<RadioFieldsProps, 'radio' | 'country' | 'values'>): number[] {
  // The radio tells what holds in the country that is set; of another one the hub finds out.
  const areRulesKnown = radio !== null && radio.country === country
  const channels = (radio?.channels ?? [])
    .filter((has) => has.band === band && (has.usable || !areRulesKnown))
    .map((has) => has.channel)
  return channel === 'auto' || channels.includes(channel) ? channels : [channel, ...channels]
}
