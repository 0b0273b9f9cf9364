import type { NetworkChange, NetworkView, TownListView } from '../../service/web/network-schemas.ts'
import { get, patch, post } from './request.ts'

export const readNetwork = (): Promise<NetworkView> => get('/api/network')
export const changeNetwork = (change: NetworkChange): Promise<NetworkView> => patch('/api/network', change)
export const confirmNetwork = (): Promise<NetworkView> => post('/api/network/confirm')
export const revertNetwork = (): Promise<NetworkView> => post('/api/network/revert')
export const scanTown = (): Promise<TownListView> => post('/api/network/scan')
