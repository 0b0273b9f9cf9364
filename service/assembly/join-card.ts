import type { Network } from '../network/network.ts'
import { JoinCardWriter } from '../system/join-card-writer.ts'
import type { Joining } from '../system/join-card.ts'
import { openTlsIdentity } from '../web/tls-identity.ts'
import type { Foundation } from './foundation.ts'
import type { Keeping } from './keeping.ts'

/** As many characters of the ID as stand on a label. */
const ID_START_CHARACTERS = 12
/** Names of the page: by the hub's own DNS, and by multicast DNS, which old phones do not ask. */
const OWN_NAME = 'http://waystation.lan'
const MULTICAST_NAME = 'http://waystation.local'

/** The join card, where helpers of this machine take one. */
export async function leaveJoinCard(
  { config, parts, loggerOf }: Pick<Foundation, 'config' | 'parts' | 'loggerOf'>,
  {
    identity,
    settings,
    hubName,
    keysDirectory
  }: Pick<Keeping, 'identity' | 'settings' | 'hubName' | 'keysDirectory'>,
  network: Network | null
): Promise<void> {
  if (config.helpers === null) return
  const fingerprint = config.https === null ? null : (await openTlsIdentity(keysDirectory)).fingerprint
  const joining = (): Joining | null => {
    const about = {
      hubName: hubName(),
      idStart: identity.deviceId.slice(0, ID_START_CHARACTERS),
      fingerprint
    }
    if (network === null) return { ...about, wifi: null, pages: [MULTICAST_NAME] }
    const { state } = network.accessPoint
    if (state.kind !== 'up' && state.kind !== 'degraded') return null
    // What nobody has confirmed yet may be taken back.
    if (network.pending !== null) return null
    const { ssid, passphrase } = network.settings
    return {
      ...about,
      wifi: { ssid, passphrase },
      pages: [`http://${state.running.address}`, OWN_NAME, MULTICAST_NAME]
    }
  }
  const writer = await parts.open(
    new JoinCardWriter({ directory: config.helpers, joining, logger: loggerOf('system') })
  )
  network?.on('changed', () => void writer.refresh())
  settings.on('changed', () => void writer.refresh())
}
