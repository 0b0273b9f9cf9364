import type { NetworkInterfaceInfo } from 'node:os'
import { privateIPv4 } from '../private-address.ts'

/** One private IPv4 address of one network interface. An interface with two such addresses appears twice. */
export interface UsableInterface {
  readonly name: string
  /** Private IPv4: phones refuse to dial any other (CoMapeo peer protocol). */
  readonly address: string
  readonly netmask: string
  /** Whether this is the loopback interface, which only this machine hears. */
  readonly internal: boolean
}

/** The interfaces that the hub may be found on, as they come and go. */
export interface NetworkInterfaces {
  list(): readonly UsableInterface[]
  on(event: 'changed', listener: () => void): unknown
  off(event: 'changed', listener: () => void): unknown
}

/**
 * What of the operating system's list phones can reach. Loopback is left out unless there is nothing else: then the hub
 * can at least be found by other processes of its own machine (a simulated network, a demonstration).
 */
export function usableInterfaces(
  all: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
): UsableInterface[] {
  const usable = Object.entries(all).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ address, netmask, family, internal }) =>
      family === 'IPv4' && privateIPv4(address) !== null ? [{ name, address, netmask, internal }] : []
    )
  )
  const reachable = usable.filter(({ internal }) => !internal)
  return reachable.length > 0 ? reachable : usable
}

/** Tells two links apart: the same interface with another address is another link. */
export function linkKey({ name, address, netmask }: UsableInterface): string {
  return `${name}/${address}/${netmask}`
}
