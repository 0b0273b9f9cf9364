import { runCommand } from './host-commands.ts'

/** @returns what systemd says of a unit, such as `active` */
export async function unitState(unit: string): Promise<string> {
  return (await runCommand('systemctl', 'show', '--property=ActiveState', '--value', unit)).trim()
}

/** What fulfils the wishes of the hub: see request.ts and uplink-request.ts. */
export const NETWORK_SERVICE = 'waystation-network.service'
export const UPLINK_SERVICE = 'waystation-uplink.service'

/**
 * Whether a service is fulfilling a wish. A slow machine takes minutes over it: a wish that was placed anew meanwhile would be
 * fulfilled after it, too late again, and so on without an end.
 */
export async function isAtWork(service: string): Promise<boolean> {
  return (await unitState(service).catch(() => '')) === 'activating'
}
