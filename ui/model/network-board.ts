import type { StatusView } from '../../service/web/status-schemas.ts'

/** @returns how many places the Wi-Fi has and how many are taken, where that is known */
export function placesOf({ network }: StatusView): { taken: number; limit: number } | null {
  return network.clientLimit === null ? null : { taken: network.stations, limit: network.clientLimit }
}
