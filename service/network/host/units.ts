import { runCommand } from './host-commands.ts'

/** @returns what systemd says of a unit, such as `active` */
export async function unitState(unit: string): Promise<string> {
  return (await runCommand('systemctl', 'show', '--property=ActiveState', '--value', unit)).trim()
}
