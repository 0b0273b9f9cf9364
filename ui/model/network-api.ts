import { get, patch, post, Refused } from './request.ts'

/** What the page asks of `GET /api/network`; more of it is the technician's. */
export interface NetworkView {
  mode: 'simulated' | 'hostapd' | 'none'
  /** Null when this hub opens no network. */
  settings: { ssid: string; passphrase: string; country: string | null } | null
  /** Until when a change waits for somebody who joined the changed network; null when none does. */
  confirmBy: string | null
}

export type NetworkChange = Partial<NonNullable<NetworkView['settings']>>

/** @returns null when this hub has no network of its own */
export async function readNetwork(): Promise<NetworkView | null> {
  try {
    return await get<NetworkView>('/api/network')
  } catch (error) {
    if (error instanceof Refused && error.code === 'NOT_FOUND') return null
    throw error
  }
}

export const changeNetwork = (change: NetworkChange): Promise<NetworkView> => patch('/api/network', change)
export const confirmNetwork = (): Promise<NetworkView> => post('/api/network/confirm')
export const revertNetwork = (): Promise<NetworkView> => post('/api/network/revert')
