import type Hypercore from 'hypercore'
import type Protomux from 'protomux'

const PROTOCOL = 'hypercore/alpha'

/** The cores that replicate over one connection. What is not attached is not answered: the device learns nothing of it. */
export class Attachments {
  readonly #mux: Protomux
  readonly #attached = new Set<Hypercore>()

  constructor(mux: Protomux) {
    this.#mux = mux
  }

  has(core: Hypercore): boolean {
    return this.#attached.has(core)
  }

  /** Offers a core, and accepts it when the device opens it by itself later. */
  attach(core: Hypercore): void {
    if (this.#attached.has(core)) return
    this.#attached.add(core)
    core.replicate(this.#mux)
  }

  /** Ends a core's replication over this connection, at once. */
  detach(core: Hypercore): void {
    if (!this.#attached.delete(core)) return
    // The library attaches in public and detaches in private only.
    core.core.replicator.detachFrom(this.#mux)
    this.#closeChannelOf(core)
    // It opens a channel a microtask after it was asked to: one that was attached just now would stay open for good.
    queueMicrotask(() => {
      if (!this.#attached.has(core)) this.#closeChannelOf(core)
    })
  }

  detachAll(): void {
    for (const core of [...this.#attached]) this.detach(core)
  }

  #closeChannelOf(core: Hypercore): void {
    for (const channel of [...this.#mux]) {
      if (channel.protocol === PROTOCOL && channel.id?.equals(core.discoveryKey)) channel.close()
    }
  }

  /** The other end of a core over this connection; undefined while the device has not opened it. */
  remoteOf(core: Hypercore): Hypercore.Peer | undefined {
    return core.peers.find((peer) => peer.protomux === this.#mux)
  }
}

/**
 * Answers when the device opens this core, and stays silent until then: opening a channel tells the core's discovery key,
 * and with it that the hub has the project, to whoever is connected.
 * @param attach may take its time; what the device says meanwhile waits, and beyond some of it the device does
 */
export function attachWhenOpened(mux: Protomux, core: Hypercore, attach: () => Promise<void>): void {
  mux.pair({ protocol: PROTOCOL, id: core.discoveryKey }, async () => {
    await attach()
    // Protomux decides right after this whether the channel is rejected; the replicator makes its end a microtask later.
    await new Promise((resolve) => setImmediate(resolve))
  })
}
