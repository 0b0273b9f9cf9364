import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { Peers } from '../../../service/peers/peers.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import type { KeyPair } from './device.ts'

/** The hub's side: listening on loopback, closed at the end of the test. */
export async function openPeers(
  t: Test,
  edges: { keyPair?: KeyPair; clock?: Clock; name?: () => string; memoryBytes?: number } = {}
): Promise<Peers> {
  const {
    keyPair = generateKeyPair(),
    clock = systemClock,
    name = () => 'Waystation',
    memoryBytes = Infinity
  } = edges
  const peers = new Peers({
    keyPair,
    port: 0,
    memoryBytes,
    ownInfo: () => ({ name: name(), deviceType: 'desktop', features: ['ack'] }),
    clock,
    logger: pino({ level: 'silent' })
  })
  await peers.ready()
  t.teardown(() => peers.close())
  return peers
}
