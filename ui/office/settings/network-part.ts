import type { NetworkView } from '../../../service/web/network-schemas.ts'

export type WantedNetwork = NonNullable<NetworkView['settings']>

/** What each part of the network's settings is given. */
export interface NetworkPartProps {
  network: NetworkView
  /** Of `network`: there are none where the hub opens no Wi-Fi. */
  settings: WantedNetwork
  onChanged: (to: () => NetworkView) => void
}
