import Type from 'typebox'
import { NETWORK_PROBLEMS } from '../network/access-point.ts'
import { BANDS, NetworkSettingsSchema } from '../network/network-settings.ts'
import { UPLINK_PROBLEMS } from '../network/uplink/uplink.ts'
import { CLOSED, CountSchema, DeviceIdSchema, InstantSchema, Nullable, OneOf } from './schema.ts'

export const NETWORK_MODES = ['simulated', 'hostapd', 'none'] as const

/**
 * - `off`: this hub opens no network (`--network none`)
 * - `starting`: being opened or changed; phones are away for a moment
 * - `up`: all is well
 * - `degraded`: on the air, but something is wrong (`problem`)
 * - `down`: there is no network (`problem`); the hub keeps trying
 */
export const NETWORK_STATES = ['off', 'starting', 'up', 'degraded', 'down'] as const

/** 12 characters of hex: one device during one stay on the Wi-Fi. The same phone has another one when it comes again. */
const VisitSchema = Type.String({ pattern: '^[0-9a-f]{12}$' })

/** What everybody may know of the network. Nothing in it tells one phone from another beyond its stay. */
export const NetworkBoardSchema = Type.Object({
  mode: OneOf(NETWORK_MODES),
  state: OneOf(NETWORK_STATES),
  problem: Nullable(OneOf(NETWORK_PROBLEMS)),
  ssid: Nullable(Type.String()),
  channel: Nullable(Type.Integer()),
  stations: CountSchema,
  clientLimit: Nullable(CountSchema),
  /** Those of the stations that are not connected to the hub by the app. */
  guests: Type.Array(Type.Object({ visit: VisitSchema, joinedAt: InstantSchema })),
  /** Until when a change of the network waits for somebody to join it and confirm; null when none does. */
  confirmBy: Nullable(InstantSchema)
})
export type NetworkBoardView = Type.Static<typeof NetworkBoardSchema>

export const StationSchema = Type.Object({
  visit: VisitSchema,
  mac: Type.String(),
  address: Nullable(Type.String()),
  hostname: Nullable(Type.String()),
  signalDbm: Nullable(Type.Integer()),
  rateMbps: Nullable(Type.Number()),
  idleSeconds: CountSchema,
  joinedAt: InstantSchema,
  receivedBytes: CountSchema,
  sentBytes: CountSchema,
  /** The CoMapeo device that is connected from its address, if any. */
  deviceId: Nullable(DeviceIdSchema)
})
/** One device on the Wi-Fi, as the office sees it. */
export type StationView = Type.Static<typeof StationSchema>

export const RadioSchema = Type.Object({
  interfaceName: Type.String(),
  driver: Nullable(Type.String()),
  country: Nullable(Type.String()),
  channels: Type.Array(Type.Object({ channel: Type.Integer(), band: OneOf(BANDS), usable: Type.Boolean() })),
  wpa3: Type.Boolean(),
  isolation: Type.Boolean(),
  clientLimit: Nullable(CountSchema)
})

/** The same network on the other band. */
export const SecondRadioSchema = Type.Object({
  interfaceName: Type.String(),
  channel: Type.Integer(),
  band: OneOf(BANDS),
  channelReason: Type.String()
})

export const RunningNetworkSchema = Type.Object({
  interfaceName: Type.String(),
  ssid: Type.String(),
  channel: Nullable(Type.Integer()),
  band: Nullable(OneOf(BANDS)),
  wpa3: Type.Boolean(),
  isolation: Type.Boolean(),
  clientLimit: Nullable(CountSchema),
  second: Nullable(SecondRadioSchema),
  address: Type.String(),
  netmask: Type.String(),
  channelReason: Nullable(Type.String())
})

/** Networks that the machine is in by now, besides the hub's own. On those that the settings name the hub answers (`lans`). */
export const OtherNetworksSchema = Type.Array(
  Type.Object({ interfaceName: Type.String(), via: OneOf(['cable', 'wifi'] as const) })
)

export const UPLINK_STATES = ['none', 'joining', 'up', 'failed'] as const

/** The hub's way to other networks. Which Wi-Fi it was told to join, the settings say. */
export const UplinkSchema = Type.Object({
  state: OneOf(UPLINK_STATES),
  via: Nullable(OneOf(['cable', 'wifi'] as const)),
  interfaceName: Nullable(Type.String()),
  address: Nullable(Type.String()),
  problem: Nullable(OneOf(UPLINK_PROBLEMS)),
  /** What the system said of the problem, for a technician. */
  problemDetail: Nullable(Type.String())
})
export type UplinkView = Type.Static<typeof UplinkSchema>

export const TownListSchema = Type.Object({
  networks: Type.Array(
    Type.Object({ ssid: Type.String(), signalDbm: Type.Number(), secured: Type.Boolean() })
  )
})
/** Other networks in reach, the strongest first. */
export type TownListView = Type.Static<typeof TownListSchema>

export const NetworkSchema = Type.Object({
  mode: OneOf(NETWORK_MODES),
  state: OneOf(NETWORK_STATES),
  problem: Nullable(OneOf(NETWORK_PROBLEMS)),
  /** What the driver or the service said of the problem, for a technician. */
  problemDetail: Nullable(Type.String()),
  /** As wanted now: with a change on trial, those of the trial. Null when this hub opens no network. */
  settings: Nullable(NetworkSettingsSchema),
  running: Nullable(RunningNetworkSchema),
  radio: Nullable(RadioSchema),
  stations: Type.Array(StationSchema),
  uplink: UplinkSchema,
  otherNetworks: OtherNetworksSchema,
  confirmBy: Nullable(InstantSchema)
})
/** The whole of the network, the passphrase of the Wi-Fi included: for the office alone. */
export type NetworkView = Type.Static<typeof NetworkSchema>

export const NetworkChangeSchema = Type.Partial(NetworkSettingsSchema, CLOSED)
/** What is left out stays as it is. */
export type NetworkChange = Type.Static<typeof NetworkChangeSchema>
