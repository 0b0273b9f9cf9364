import { Discovery } from '../discovery/discovery.ts'
import { PolledInterfaces } from '../discovery/polled-interfaces.ts'
import { LateDialer } from '../peers/late-dialer.ts'
import { NextTurn } from '../peers/next-turn.ts'
import type { WebServer } from '../web/web-server.ts'
import type { Engine } from './engine.ts'
import type { Foundation } from './foundation.ts'

/** Lets the others know that the hub is there, and hears of them. */
export async function openAdvertising(
  { config, clock, parts, loggerOf }: Foundation,
  { peers, network, intake, watch }: Engine,
  web: WebServer
): Promise<void> {
  const interfaces = await parts.open(
    new PolledInterfaces({
      clock,
      // A hub with a network of its own is found there, and on other networks only when it was told so.
      isAllowed: (name) =>
        config.network !== 'hostapd' ||
        name === network?.accessPoint.interfaceName ||
        (network?.settings.lans.includes(name) ?? false)
    })
  )
  const dialer = await parts.open(new LateDialer({ peers, clock, logger: loggerOf('peers') }))
  const discovery = await parts.open(
    new Discovery({
      syncPort: peers.port,
      httpPort: web.port,
      interfaces,
      clock,
      logger: loggerOf('discovery')
    })
  )
  discovery.on('device-found', (advert) => dialer.found(advert))
  discovery.on('device-lost', (advert) => dialer.lost(advert))
  const bounce = () => {
    discovery
      .bounce()
      .catch((err: unknown) => loggerOf('discovery').error({ err }, 'advertising anew failed'))
  }
  // Phones that were hung up on dial again when they see the hub anew.
  watch.on('connections-dropped', bounce)
  intake.on('resumed', bounce)
  const turn = await parts.open(new NextTurn({ peers, clock, logger: loggerOf('peers') }))
  turn.on('due', bounce)
}
