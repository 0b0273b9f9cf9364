import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Resource } from '../resource.ts'
import type { Peer } from './peer.ts'
import type { Peers } from './peers.ts'

/**
 * A phone that sees the hub dials it within seconds, by itself. What has not dialed after this long only waits to be dialed:
 * a desktop, or another hub.
 */
export const DIAL_AFTER_MS = 15_000
/** Adverts that are being waited for. Anyone on the Wi-Fi can make them up. */
export const MAX_WAITING = 64

/** Where an advert says that a device listens. */
export interface Advert {
  readonly instance: string
  readonly address: string
  readonly port: number
}

/**
 * Dials those who do not dial. CoMapeo peer protocol: the hub never keeps a connection that it dialed to a phone, because a
 * phone that goes to sleep waits for its own server's connections to close, and could not be found again until then.
 */
export class LateDialer extends Resource {
  readonly #peers: Peers
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #waiting = new Map<string, Timer>()
  readonly #onPeer = (peer: Peer) => this.#judge(peer)

  constructor(parts: { peers: Peers; clock: Clock; logger: Logger }) {
    super()
    this.#peers = parts.peers
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  found(advert: Advert): void {
    this.lost(advert)
    if (this.#waiting.size >= MAX_WAITING) return
    this.#waiting.set(
      advert.instance,
      this.#clock.after(DIAL_AFTER_MS, () => this.#dial(advert))
    )
  }

  lost({ instance }: Pick<Advert, 'instance'>): void {
    this.#waiting.get(instance)?.clear()
    this.#waiting.delete(instance)
  }

  protected override async _open() {
    this.#peers.on('connected', this.#onPeer)
  }

  protected override async _close() {
    this.#peers.off('connected', this.#onPeer)
    for (const timer of this.#waiting.values()) timer.clear()
  }

  #dial(advert: Advert): void {
    this.#waiting.delete(advert.instance)
    for (const peer of this.#peers.connected.values()) if (peer.address === advert.address) return
    this.#peers.dial(advert).catch((err: unknown) => {
      this.#logger.debug({ err }, 'a device that was found could not be dialed')
    })
  }

  #judge(peer: Peer): void {
    if (peer.direction !== 'outgoing') return
    peer.once('device-info-changed', ({ deviceType }) => {
      if (deviceType !== 'desktop') peer.disconnect('A phone dials by itself')
    })
  }
}
