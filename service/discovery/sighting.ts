import type { ResourceRecord } from './message.ts'
import { isOnLink } from './on-link.ts'
import type { UsableInterface } from './network-interfaces.ts'
import { privateIPv4 } from '../private-address.ts'

// A phone has one address on one Wi-Fi network; a laptop with a cable and virtual machines a few more.
const MAX_ADDRESSES = 8

/** What has been heard of one advert, and where it can be reached when enough has been heard. */
export class Sighting {
  readonly instance: string
  #target: { readonly host: string; readonly port: number } | null = null
  #addresses: readonly string[] = []

  constructor(instance: string) {
    this.instance = instance
  }

  /** The host whose address is needed next, null while not even that is known. */
  get host(): string | null {
    return this.#target?.host ?? null
  }

  hearService(record: ResourceRecord & { type: 'SRV' }): void {
    if (record.ttl === 0 || !isHostName(record.target) || record.port === 0) return
    if (record.target !== this.host) this.#addresses = []
    this.#target = { host: record.target, port: record.port }
  }

  /** @param records all addresses that one message has for the host; with the cache-flush bit they replace what was known */
  hearAddresses(records: readonly (ResourceRecord & { type: 'A' })[]): void {
    const heard = records.flatMap(({ address, ttl }) => (ttl === 0 ? [] : (privateIPv4(address) ?? [])))
    const kept = records.some(({ flush }) => flush) ? [] : this.#addresses
    this.#addresses = [...new Set([...heard, ...kept])].slice(0, MAX_ADDRESSES)
  }

  /** @returns where it can be reached, rather on the link's own network than elsewhere */
  reachable(link: UsableInterface): { address: string; port: number } | null {
    const address = this.#addresses.find((one) => isOnLink(one, link)) ?? this.#addresses[0]
    if (this.#target === null || address === undefined) return null
    return { address, port: this.#target.port }
  }
}

// What can be put into a question again: printable, labels as long as DNS allows, in the domain of multicast DNS.
const HOST_NAME = /^(?:[!-\-/-~]{1,63}\.){1,3}local$/

function isHostName(name: string): boolean {
  return HOST_NAME.test(name)
}
