import { useEffect, useRef, useState } from 'preact/hooks'
import { Notice } from '../../components/notice.tsx'
import { WifiFields, type WifiValues } from '../../components/wifi-fields.tsx'
import { checkWifi, isOfWifiField } from '../../components/wifi-refusals.ts'
import { t } from '../../i18n/messages.ts'
import { changeNetwork } from '../../model/network-api.ts'
import { NetworkTrial } from '../network-trial.tsx'
import type { NetworkPartProps, WantedNetwork } from './network-part.ts'
import { RadioFields, type RadioValues } from './radio-fields.tsx'
import { Section } from './section.tsx'

/** The Wi-Fi that the hub opens. A change is on trial until somebody confirms it from the changed network. */
export function WifiSettings(props: NetworkPartProps) {
  const { network, settings } = props
  const values = valuesOf(settings)
  const isTried = network.confirmBy !== null
  const outcome = useOutcome(isTried, JSON.stringify(values))
  if (isTried) return <OnTrial />
  return (
    <>
      {outcome !== null && (
        <Notice tone={outcome === 'kept' ? 'good' : 'attention'} icon="wifi" role="status">
          {t(outcome === 'kept' ? 'settings.trialKept' : 'settings.trialOver')}
        </Notice>
      )}
      {/* Another person's change, or a trial that is over, is shown at once. */}
      <WifiForm key={JSON.stringify(values)} {...props} first={values} />
    </>
  )
}

type Values = WifiValues & RadioValues

function valuesOf(settings: WantedNetwork): Values {
  const { ssid, passphrase, country, band, channel, clientLimit, secondRadio, isolation } = settings
  return { ssid, passphrase, country: country ?? '', band, channel, clientLimit, secondRadio, isolation }
}

/** @returns how the trial ended that this page has seen; null before one did */
function useOutcome(isTried: boolean, values: string): 'kept' | 'over' | null {
  const tried = useRef<string | null>(null)
  const [outcome, setOutcome] = useState<'kept' | 'over' | null>(null)
  useEffect(() => {
    if (isTried) {
      tried.current = values
      setOutcome(null)
    } else if (tried.current !== null) {
      setOutcome(tried.current === values ? 'kept' : 'over')
      tried.current = null
    }
  }, [isTried, values])
  return outcome
}

function OnTrial() {
  const section = useRef<HTMLElement>(null)
  // In the place of a form that is taller than a phone: what there is to do now must be seen.
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <section ref={section} class="card stack" aria-label={t('setup.wifi')}>
      <h2>{t('setup.wifi')}</h2>
      <NetworkTrial />
    </section>
  )
}

function WifiForm({ network, first, onChanged }: NetworkPartProps & { first: Values }) {
  const [values, setValues] = useState(first)
  const set = (some: Partial<Values>) => setValues({ ...values, ...some })
  return (
    <Section
      title={t('setup.wifi')}
      isShownByField={isOfWifiField}
      onSave={async () => {
        checkWifi(values)
        const { country, ...rest } = values
        const changed = await changeNetwork({ ...rest, country: country === '' ? null : country })
        onChanged(() => changed)
      }}
    >
      {(failure) => (
        <>
          <p class="hint">{t('settings.wifiTrial')}</p>
          <WifiFields values={values} onValues={set} failure={failure} />
          <RadioFields
            radio={network.radio}
            country={values.country === '' ? null : values.country}
            values={values}
            onValues={set}
            failure={failure}
          />
        </>
      )}
    </Section>
  )
}
