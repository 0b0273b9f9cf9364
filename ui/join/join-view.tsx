import './join.css'
import { DeviceId } from '../components/device-id.tsx'
import { Fingerprint } from '../components/encrypted-door.tsx'
import { Icon } from '../components/icon.tsx'
import { Failure } from '../components/failure.tsx'
import { QrCode, wifiCode } from '../components/qr-code.tsx'
import { ViewTitle } from '../components/view-title.tsx'
import { t } from '../i18n/messages.ts'
import { readNetwork } from '../model/network-api.ts'
import { useLoaded } from '../model/use-loaded.ts'
import { useModel } from '../model/use-model.ts'
import { href } from '../router.ts'

/** The name that works on every hub, for those whose address this browser does not know by a name. */
const PAGE_NAME = 'waystation.local'

/** A card to show or to print: how a phone comes to this hub. */
export default function JoinView() {
  const model = useModel()
  const status = model.status.value
  if (status === null) return null
  const { hub, network, https } = status
  return (
    <div class="stack">
      <ViewTitle title={t('join.title')} />
      <article class="card join-card">
        <h2>
          <Icon name="bolt" size={32} /> <bdi>{hub.name}</bdi>
        </h2>
        <p>
          <DeviceId id={hub.deviceId} />
        </p>
        <ol class="plain join-steps">
          {model.inOffice.value ? <WifiStep /> : network.ssid !== null && <WifiName ssid={network.ssid} />}
          <li>
            <h3>{t('join.openPage')}</h3>
            <QrCode text={pageAddress()} label={t('join.pageCode')} />
            <p class="join-text">
              <bdi>{pageAddress()}</bdi>
            </p>
            {https !== null && <Fingerprint value={https.fingerprint} />}
          </li>
          <li class="join-last">
            <Icon name="bolt" size={64} />
            <p class="join-text">{t('join.exchange')}</p>
          </li>
        </ol>
      </article>
      <div class="row no-print">
        <button type="button" onClick={() => window.print()}>
          <Icon name="print" />
          {t('join.print')}
        </button>
        {!model.inOffice.value && <a href={href('/office')}>{t('join.withPassphrase')}</a>}
      </div>
    </div>
  )
}

function WifiName({ ssid }: { ssid: string }) {
  return (
    <li>
      <h3>{t('join.joinWifi')}</h3>
      <Icon name="wifi" size={96} />
      <p class="join-text">
        <bdi>{ssid}</bdi>
      </p>
    </li>
  )
}

/** With the passphrase: for the office alone. */
function WifiStep() {
  const { loading } = useLoaded(readNetwork)
  if (loading.state === 'failed') return <Failure failure={loading.failure} />
  if (loading.state === 'loading' || loading.value.settings === null) return null
  const { ssid, passphrase } = loading.value.settings
  return (
    <li>
      <h3>{t('join.joinWifi')}</h3>
      <QrCode text={wifiCode(ssid, passphrase)} label={t('join.wifiCode')} />
      <p class="join-text">
        <bdi>{ssid}</bdi>
      </p>
      <p>
        {t('join.passphrase')} <bdi class="device-id">{passphrase}</bdi>
      </p>
    </li>
  )
}

function pageAddress(): string {
  const { port, hostname, protocol } = window.location
  const name = hostname === 'localhost' || hostname.startsWith('127.') ? PAGE_NAME : hostname
  return `${protocol}//${name}${port === '' ? '' : `:${port}`}`
}
