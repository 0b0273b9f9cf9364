import { useEffect } from 'preact/hooks'
import { Loaded } from '../../components/loaded.tsx'
import { readNetwork } from '../../model/network-api.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { InternetChecks } from './internet-checks.tsx'
import { UplinkSettings } from './uplink-settings.tsx'
import { WifiSettings } from './wifi-settings.tsx'

/** Between two looks while the hub joins: nobody tells the page of it. */
const LOOK_MS = 3_000

/** The Wi-Fi that the hub opens, what it tells phones there, and its way to other networks. */
export function NetworkSettings() {
  const network = useLoaded(readNetwork)
  const { loading, reload, change } = network
  const isJoining = loading.state === 'here' && loading.value.uplink.state === 'joining'
  useEffect(() => {
    if (!isJoining) return
    const timer = window.setInterval(reload, LOOK_MS)
    return () => window.clearInterval(timer)
  }, [isJoining])
  // A trial begins and ends in the hub, also when another person or nobody ends it.
  const confirmBy = useModel().status.value?.network.confirmBy
  useEffect(reload, [confirmBy])
  return (
    <Loaded of={network}>
      {(now) => {
        if (now.settings === null) return null
        const parts = { network: now, settings: now.settings, onChanged: change }
        return (
          <>
            <WifiSettings {...parts} />
            <InternetChecks {...parts} />
            <UplinkSettings {...parts} />
          </>
        )
      }}
    </Loaded>
  )
}
