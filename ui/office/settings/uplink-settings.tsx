import { useState } from 'preact/hooks'
import type { NetworkView, TownListView } from '../../../service/web/network-schemas.ts'
import { Choice } from '../../components/choice.tsx'
import { Failure } from '../../components/failure.tsx'
import { Field, PassphraseField } from '../../components/field.tsx'
import { t, type MessageKey } from '../../i18n/messages.ts'
import { changeNetwork, scanTown } from '../../model/network-api.ts'
import { useAction } from '../../model/use-action.ts'
import type { NetworkPartProps } from './network-part.ts'
import { Section } from './section.tsx'

/** The hub's way to other networks: somebody else's Wi-Fi or a cable, and what it may be used for. */
export function UplinkSettings({
  network: { uplink, otherNetworks },
  settings,
  onChanged
}: NetworkPartProps) {
  const [ssid, setSsid] = useState(settings.uplink.wifi?.ssid ?? '')
  const [passphrase, setPassphrase] = useState(settings.uplink.wifi?.passphrase ?? '')
  const [clock, setClock] = useState(settings.uplink.clock)
  const [shareUplink, setShared] = useState(settings.shareUplink)
  const [lans, setLans] = useState<readonly string[]>(settings.lans)
  const wifi = ssid === '' ? null : { ssid, passphrase: passphrase === '' ? null : passphrase }
  return (
    <Section
      title={t('uplink.title')}
      onSave={async () => {
        const changed = await changeNetwork({ shareUplink, uplink: { wifi, clock }, lans: [...lans] })
        onChanged(() => changed)
      }}
    >
      <p class="hint">{t('uplink.what')}</p>
      <p role="status">{stateText(uplink)}</p>
      <TownList onChosen={setSsid} />
      <Field
        id="uplink-ssid"
        label={t('uplink.name')}
        hint={t('uplink.nameHint')}
        value={ssid}
        onValue={setSsid}
        maxLength={32}
        autocomplete="off"
      />
      <PassphraseField
        id="uplink-passphrase"
        label={t('uplink.passphrase')}
        value={passphrase}
        onValue={setPassphrase}
        maxLength={63}
        autocomplete="off"
      />
      <div>
        <Choice
          id="uplink-clock"
          label={t('uplink.clock')}
          hint={t('uplink.clockHint')}
          isChosen={clock}
          onChosen={setClock}
        />
        <Choice
          id="uplink-share"
          label={t('uplink.share')}
          hint={t('uplink.shareHint')}
          isChosen={shareUplink}
          onChosen={setShared}
        />
        <NamedNetworks there={otherNetworks} lans={lans} onLans={setLans} />
      </div>
    </Section>
  )
}

interface NamedNetworksProps {
  there: NetworkView['otherNetworks']
  /** Interfaces on which the hub is found and answers. */
  lans: readonly string[]
  onLans: (lans: readonly string[]) => void
}

/** The networks that the hub is in, and those that it was opened to: a cable may be plugged in again. */
function NamedNetworks({ there, lans, onLans }: NamedNetworksProps) {
  const vias = new Map(there.map(({ interfaceName, via }) => [interfaceName, via]))
  // Whoever takes one off can put it back on, until the page is left.
  const [named] = useState(lans)
  return [...new Set([...vias.keys(), ...named])]
    .sort()
    .map((name) => (
      <Choice
        key={name}
        id={`lan-${name}`}
        label={t(LAN_LABELS[vias.get(name) ?? 'away'], { name })}
        hint={t('uplink.lanHint')}
        isChosen={lans.includes(name)}
        onChosen={(isChosen) => onLans(isChosen ? [...lans, name] : lans.filter((one) => one !== name))}
      />
    ))
}

const LAN_LABELS = { cable: 'uplink.lanCable', wifi: 'uplink.lanWifi', away: 'uplink.lanAway' } as const

/** Other networks in reach, to choose from. */
function TownList({ onChosen }: { onChosen: (ssid: string) => void }) {
  const [heard, setHeard] = useState<TownListView['networks'] | null>(null)
  const { isRunning, failure, run } = useAction()
  return (
    <div class="stack-tight">
      <div class="row">
        <button
          type="button"
          disabled={isRunning}
          onClick={() => run(async () => setHeard((await scanTown()).networks))}
        >
          {t(isRunning ? 'uplink.listening' : 'uplink.listen')}
        </button>
      </div>
      <Failure failure={failure} />
      {heard?.length === 0 && <p>{t('uplink.nothingHeard')}</p>}
      <div class="row">
        {heard?.map(({ ssid, secured }) => (
          <button key={ssid} type="button" onClick={() => onChosen(ssid)}>
            <bdi>{ssid}</bdi> {!secured && t('uplink.unsecured')}
          </button>
        ))}
      </div>
    </div>
  )
}

const PROBLEMS: Record<NonNullable<NetworkView['uplink']['problem']>, MessageKey> = {
  'no-radio': 'uplink.noRadio',
  'not-heard': 'uplink.notHeard',
  'passphrase-refused': 'uplink.passphraseRefused',
  'no-address': 'uplink.noAddress',
  'join-failed': 'uplink.joinFailed',
  'not-applied': 'uplink.notApplied'
}

function stateText({ state, via, problem }: NetworkView['uplink']): string {
  switch (state) {
    case 'none':
      return t('uplink.none')
    case 'joining':
      return t('uplink.joining')
    case 'up':
      return t(via === 'cable' ? 'uplink.upByCable' : 'uplink.upByWifi')
    case 'failed':
      return t(PROBLEMS[problem ?? 'join-failed'])
  }
}
