import type { RadioChannel } from '../access-point.ts'
import type { Band } from '../network-settings.ts'
import type { HeardNetwork } from '../radio/iw-text.ts'

/** The three channels of 2.4 GHz that do not overlap: every other one disturbs two of them. */
const CLEAR_2_4_GHZ = [1, 6, 11]
/** Networks on 2.4 GHz reach this many channels to each side. */
const REACH_2_4_GHZ = 4
/** Indoor channels of most countries, without radar: tried first. */
const CLEAR_5_GHZ = [36, 40, 44, 48, 149, 153, 157, 161]
/** A network fainter than this disturbs nobody. */
const FLOOR_DBM = -95

/** What another channel must be better by before the network moves there, in the decibels above the floor summed up. */
const MOVE_FOR_DB = 10

export interface ChannelChoice {
  readonly channel: number
  /** For the log and a technician. */
  readonly reason: string
}

/**
 * The channel with the least of other networks on it and beside it.
 *
 * @param heard null when the surroundings could not be listened to
 * @returns null when the radio may use no channel of the band
 */
export function chooseChannel(
  band: Band,
  channels: readonly RadioChannel[],
  heard: readonly HeardNetwork[] | null
): ChannelChoice | null {
  const usable = channels.filter((has) => has.band === band && has.usable).map(({ channel }) => channel)
  const preferred = (band === '2.4GHz' ? CLEAR_2_4_GHZ : CLEAR_5_GHZ).filter((channel) =>
    usable.includes(channel)
  )
  const candidates = preferred.length > 0 ? preferred : usable
  const [first] = candidates
  if (first === undefined) return null
  if (heard === null)
    return { channel: first, reason: `channel ${first}: the surroundings could not be listened to` }
  const [best] = candidates
    .map((channel) => ({ channel, disturbance: disturbanceOf(channel, band, heard) }))
    .sort((a, b) => a.disturbance - b.disturbance || a.channel - b.channel)
  if (best === undefined) return null
  const count = heard.filter((network) => isNear(network, best.channel, band)).length
  return {
    channel: best.channel,
    reason: `channel ${best.channel}: ${count} of ${heard.length} networks heard are near it, the least of ${candidates.join(', ')}`
  }
}

/**
 * A second look, while the network is on the air and nobody is joined.
 *
 * @param current what it is on, with the reason of then
 * @returns the same choice unless another channel is better by far
 */
export function reconsiderChannel(
  current: ChannelChoice,
  band: Band,
  channels: readonly RadioChannel[],
  heard: readonly HeardNetwork[] | null
): ChannelChoice {
  const best = heard && chooseChannel(band, channels, heard)
  if (heard === null || best === null) return current
  const gain = disturbanceOf(current.channel, band, heard) - disturbanceOf(best.channel, band, heard)
  if (gain <= MOVE_FOR_DB) return current
  return {
    channel: best.channel,
    reason: `${best.reason}; moved from ${current.channel} while nobody was joined`
  }
}

function disturbanceOf(channel: number, band: Band, heard: readonly HeardNetwork[]): number {
  return heard
    .filter((network) => isNear(network, channel, band))
    .reduce((sum, { signalDbm }) => sum + Math.max(0, signalDbm - FLOOR_DBM), 0)
}

function isNear(network: HeardNetwork, channel: number, band: Band): boolean {
  return Math.abs(network.channel - channel) <= (band === '2.4GHz' ? REACH_2_4_GHZ : 0)
}
