import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { systemClock } from '../../service/clock.ts'
import { DeviceIdentity } from '../../service/identity/device-identity.ts'
import type { DeviceId } from '../../service/ids.ts'
import type { Direction } from '../../service/peers/duplicate-rule.ts'
import type { Peer } from '../../service/peers/peer.ts'
import { Peers } from '../../service/peers/peers.ts'
import { PHONE_VERSIONS } from '../phones/commands.ts'
import { startPhone } from '../phones/phone.ts'

const ROUNDS = 10

for (const version of PHONE_VERSIONS) {
  t.test(
    `when hub and phone of ${version} dial each other at once, both keep the same connection`,
    async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'hub-'))
      t.teardown(() => rm(directory, { recursive: true, force: true }))
      const logger = pino({ level: 'silent' })
      const identity = new DeviceIdentity({ directory, logger })
      await identity.ready()
      let hubName = 'Base camp'
      const peers = new Peers({
        keyPair: identity.keyPair,
        port: 0,
        memoryBytes: Infinity,
        ownInfo: () => ({ name: hubName, deviceType: 'desktop', features: ['ack'] }),
        clock: systemClock,
        logger
      })
      await peers.ready()
      t.teardown(() => peers.close())
      const phone = await startPhone(t, { version, name: 'Ana' })
      // Whose connection survives: the one that the smaller public key dialed. Device ids are those keys in hex.
      const survivor = identity.deviceId < phone.deviceId ? 'outgoing' : 'incoming'

      for (let round = 0; round < ROUNDS; round++) {
        const { port } = await phone.listen()
        await Promise.all([
          peers.dial({ address: '127.0.0.1', port }),
          phone.dial({ deviceId: identity.deviceId, port: peers.port })
        ])
        const peer = await connectedPeer(peers, phone.deviceId, survivor)
        // The phone uses the same one: the hub's new name reaches it there, and its own comes back. The hub goes first, since
        // a phone that renames itself while it changes over from the other connection never tells its new name on this one.
        hubName = `Base camp ${round}`
        peers.announceOwnInfo()
        await phone.waitForPeer(identity.deviceId, 'connected', hubName)
        const name = `Ana ${round}`
        await phone.rename(name)
        while (peer.info?.name !== name) await once(peer, 'device-info-changed')
        t.equal(peers.connected.get(peer.deviceId), peer)
        await phone.disconnect()
        if (peers.connected.size > 0) await once(peers, 'disconnected')
      }
    }
  )
}

/** The connection to this device that was dialed from this side, now or when it comes. */
async function connectedPeer(peers: Peers, deviceId: string, direction: Direction): Promise<Peer> {
  for (;;) {
    const peer = peers.connected.get(deviceId as DeviceId)
    if (peer?.direction === direction) return peer
    await once(peers, 'connected')
  }
}
