import { Resource } from '../resource.ts'
import type { Band, NetworkSettings } from './network-settings.ts'

/** A channel as the radio and the rules of the set country have it. */
export interface RadioChannel {
  readonly channel: number
  readonly band: Band
  /** May be transmitted on by an access point, now. A radar channel is not: it could have to be left at any moment. */
  readonly usable: boolean
}

/** What the radio of the access point can do. */
export interface Radio {
  readonly interfaceName: string
  /** Whose radio rules the channels below follow; null when those that hold in the whole world. */
  readonly country: string | null
  /** Kernel driver such as `brcmfmac`; null when it does not say. */
  readonly driver: string | null
  readonly channels: readonly RadioChannel[]
  /** Whether it can take WPA3 phones (SAE with protected management frames) as an access point. */
  readonly wpa3: boolean
  /** Whether it keeps phones apart when asked to. */
  readonly isolation: boolean
  /** How many phones it takes at once, as far as that is known. */
  readonly clientLimit: number | null
}

/**
 * Why the network is not as it should be. Each has its words on the page and its paragraph in docs/networks.md.
 * - `no-radio`: there is no Wi-Fi radio that can be an access point, or it was pulled out
 * - `radio-blocked`: it is switched off by a switch or by software (rfkill)
 * - `mode-refused`: its driver refuses the channel or the mode
 * - `radio-failed`: hostapd ends or does not answer
 * - `addresses-failed`: dnsmasq ends: phones join but get no address
 * - `second-radio-failed`: the radio of the other band is missing or refuses; the first one carries the network alone
 * - `firewall-failed`: the rules could not be set, and nothing is let in without them
 * - `not-applied`: the system service that sets the network up does not answer, or cannot be asked
 */
export const NETWORK_PROBLEMS = [
  'no-radio',
  'radio-blocked',
  'mode-refused',
  'radio-failed',
  'addresses-failed',
  'second-radio-failed',
  'firewall-failed',
  'not-applied'
] as const
export type NetworkProblem = (typeof NETWORK_PROBLEMS)[number]

/** The same network on the other band. */
export interface SecondRadio {
  readonly interfaceName: string
  readonly channel: number
  readonly band: Band
  /** Why it is on this channel, in words for a technician. */
  readonly channelReason: string
}

/** The network that is on the air. */
export interface RunningNetwork {
  /** By which the hub is on it: the radio, or the bridge of two. */
  readonly interfaceName: string
  readonly ssid: string
  readonly channel: number | null
  readonly band: Band | null
  readonly wpa3: boolean
  readonly isolation: boolean
  /** Of both radios together, where there are two. */
  readonly clientLimit: number | null
  /** Null when there is none, and while it does not work. */
  readonly second: SecondRadio | null
  /** IPv4 address of the hub on it. */
  readonly address: string
  readonly netmask: string
  /** Why it is on this channel, in words for a technician. */
  readonly channelReason: string | null
}

/**
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> starting: apply
 *   starting --> up
 *   starting --> down: problem
 *   up --> degraded: problem that leaves phones joined
 *   degraded --> up
 *   up --> down: problem
 *   degraded --> down
 *   down --> up: repaired
 *   up --> starting: apply
 * ```
 */
export type AccessPointState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'up'; readonly running: RunningNetwork }
  | {
      readonly kind: 'degraded'
      readonly running: RunningNetwork
      readonly problem: NetworkProblem
      readonly detail: string | null
    }
  | { readonly kind: 'down'; readonly problem: NetworkProblem; readonly detail: string | null }

/** A device that has joined the network, whatever it runs. Phones show another MAC on every network, and change it. */
export interface Station {
  /** Lower case, with colons. It must not be kept longer than the visit, and never leaves the office. */
  readonly mac: string
  /** IPv4 address; null until it has taken one. */
  readonly address: string | null
  /** What it calls itself when it asks for an address: not to be trusted, often empty. */
  readonly hostname: string | null
  readonly signalDbm: number | null
  /** Of what the hub sends to it, in Mbit/s. */
  readonly rateMbps: number | null
  readonly idleMs: number
  readonly connectedMs: number
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface AccessPointEvents {
  'state-changed': [state: AccessPointState]
  /** A station came, went, or took an address. Not told when only its signal or its counters change. */
  'stations-changed': [stations: readonly Station[]]
}

/**
 * The network that the hub opens. `close` leaves it on the air: phones stay joined while the hub starts anew.
 * Every implementation passes test/contracts/access-point.ts.
 */
export abstract class AccessPoint extends Resource<
  AccessPointEvents & Record<keyof AccessPointEvents, unknown[]>
> {
  abstract readonly state: AccessPointState
  /** As of the last look; null while there is no radio. */
  abstract readonly radio: Radio | null
  abstract readonly stations: readonly Station[]
  /** By which the hub is on its network: a radio, or the bridge of two; null before it was made for the first time. */
  abstract readonly interfaceName: string | null
  /**
   * Makes the network as the settings say. Resolves when the wish is placed: `state` is `starting` then, or still `up` when
   * nothing about the radio changes, and `state-changed` tells the rest. A later call overtakes an earlier one.
   * The settings were checked by `refusalOf` before.
   */
  abstract apply(settings: NetworkSettings): Promise<void>
  /** Whether something at this address is on the network of this access point, as opposed to a cable or another network. */
  abstract isOnNetwork(address: string): boolean
}
