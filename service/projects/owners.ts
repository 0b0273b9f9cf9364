import { NAMESPACES } from '../ids.ts'
import type { CoreKey, DeviceId, Namespace } from '../ids.ts'
import type { Ownership } from './ownership.ts'

/** `known`: the same claim was accepted before. The last two are refusals: someone claims what another owns. */
export type ClaimOutcome = 'accepted' | 'known' | 'device-owns-other-cores' | 'core-owned-by-another'

/**
 * Who owns which core of one project. The first ownership accepted for a member is final, also over restarts: the caller
 * keeps `toJSON` and accepts it again in the same order.
 */
export class Owners {
  readonly #ownerships = new Map<DeviceId, Ownership>()
  // Members' by an earlier run: what they may do is not known again before the blocks of the auth cores have been read.
  readonly #kept: ReadonlySet<DeviceId>
  readonly #owners = new Map<CoreKey, { deviceId: DeviceId; namespace: Namespace }>()

  /** @param accepted what `toJSON` gave; an entry that contradicts an earlier one is left out */
  constructor(accepted: Iterable<Ownership> = []) {
    for (const ownership of accepted) this.claim(ownership)
    this.#kept = new Set(this.#ownerships.keys())
  }

  /** @param ownership as `checkOwnership` found it to be valid by itself */
  claim(ownership: Ownership): ClaimOutcome {
    const { deviceId, coreKeys } = ownership
    const earlier = this.#ownerships.get(deviceId)
    if (earlier) {
      const isSame = NAMESPACES.every((namespace) => earlier.coreKeys[namespace] === coreKeys[namespace])
      return isSame ? 'known' : 'device-owns-other-cores'
    }
    if (NAMESPACES.some((namespace) => this.#owners.has(coreKeys[namespace]))) return 'core-owned-by-another'
    this.#ownerships.set(deviceId, ownership)
    for (const namespace of NAMESPACES) this.#owners.set(coreKeys[namespace], { deviceId, namespace })
    return 'accepted'
  }

  /** Of devices that are nobody the latest so many are remembered, and the others may claim again. */
  forgetOldest(most: number, isNobody: (deviceId: DeviceId) => boolean): void {
    const nobodies = this.deviceIds().filter((deviceId) => !this.#kept.has(deviceId) && isNobody(deviceId))
    for (const deviceId of nobodies.slice(0, Math.max(0, nobodies.length - most))) {
      const ownership = this.#ownerships.get(deviceId)
      this.#ownerships.delete(deviceId)
      for (const key of Object.values(ownership?.coreKeys ?? {})) this.#owners.delete(key)
    }
  }

  ownerOf(coreKey: CoreKey): { deviceId: DeviceId; namespace: Namespace } | undefined {
    return this.#owners.get(coreKey)
  }

  coresOf(deviceId: DeviceId): Readonly<Record<Namespace, CoreKey>> | undefined {
    return this.#ownerships.get(deviceId)?.coreKeys
  }

  deviceIds(): DeviceId[] {
    return [...this.#ownerships.keys()]
  }

  /** In the order of acceptance. */
  toJSON(): Ownership[] {
    return [...this.#ownerships.values()]
  }
}
