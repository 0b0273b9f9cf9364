import type { StatusView } from '../../service/web/status-schemas.ts'

/** A device on the Wi-Fi that the app does not connect to the hub. */
export interface Guest {
  visit: string
  joinedAt: string
}

/** What the status says of the Wi-Fi; a hub that runs no access point says less. */
export function guestsOf({ network }: StatusView): readonly Guest[] {
  return 'guests' in network ? (network.guests as Guest[]) : []
}

/** @returns how many places the Wi-Fi has and how many are taken, where that is known */
export function placesOf({ network }: StatusView): { taken: number; limit: number } | null {
  const limit = 'clientLimit' in network ? (network.clientLimit as number | null) : null
  return limit === null ? null : { taken: network.stations, limit }
}
