import { Resource } from '../../resource.ts'
import type { UplinkSettings } from './uplink-settings.ts'

/**
 * Why the hub is not in the Wi-Fi that it was told to join.
 * - `no-radio`: the only radio makes the hub's own Wi-Fi
 * - `not-heard`: no network of this name is in reach
 * - `passphrase-refused`: it does not let the hub in with this passphrase
 * - `no-address`: joined, and nobody there gives addresses
 * - `join-failed`: something else; the detail says what
 * - `not-applied`: the system service that joins it does not answer, or cannot be asked
 */
export const UPLINK_PROBLEMS = [
  'no-radio',
  'not-heard',
  'passphrase-refused',
  'no-address',
  'join-failed',
  'not-applied'
] as const
export type UplinkProblem = (typeof UPLINK_PROBLEMS)[number]

/** The way out, when there is one: a cable, or somebody else's Wi-Fi. */
export type UplinkState =
  | { readonly kind: 'none' }
  | { readonly kind: 'joining' }
  | {
      readonly kind: 'up'
      readonly via: 'cable' | 'wifi'
      readonly interfaceName: string
      /** IPv4 address of the hub there. */
      readonly address: string | null
    }
  | { readonly kind: 'failed'; readonly problem: UplinkProblem; readonly detail: string | null }

/** A Wi-Fi in the neighbourhood that could be joined. */
export interface TownWifi {
  readonly ssid: string
  readonly signalDbm: number
  /** Whether it asks for a passphrase. */
  readonly secured: boolean
}

/** By what this machine is in another network than the hub's own. */
export interface OtherNetwork {
  readonly interfaceName: string
  readonly via: 'cable' | 'wifi'
}

export interface UplinkEvents {
  'state-changed': [state: UplinkState]
}

/**
 * The hub's way to other networks. It serves what the settings name and nothing else: nobody passes through it, and nothing
 * of the hub is open to it, unless the network's own settings say so.
 * Every implementation passes test/contracts/uplink.ts.
 */
export abstract class Uplink extends Resource<UplinkEvents & Record<keyof UplinkEvents, unknown[]>> {
  abstract readonly state: UplinkState
  /** Joins, or forgets what is not named any more. Resolves when the wish is placed; a later call overtakes an earlier one. */
  abstract want(settings: UplinkSettings): Promise<void>
  /**
   * Listens for other networks, once for all who ask at the same time.
   * @returns each name once, the strongest first
   * @throws UPLINK_NO_RADIO, UPLINK_NOT_ANSWERING
   */
  abstract scan(): Promise<readonly TownWifi[]>
  /** The networks that this machine is in now, besides the hub's own, whether or not there is a way out by them. */
  abstract otherNetworks(): Promise<readonly OtherNetwork[]>
}
