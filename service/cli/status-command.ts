import type { Command } from 'commander'
import { StatusSchema, type DeviceView, type StatusView } from '../web/status-schemas.ts'
import type { CliContext } from './context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from './hub-connection.ts'
import { formatTable, printable } from './table.ts'
import { formatBytes, formatFlow } from './units.ts'

/** As CoMapeo shows device ids. */
const SHOWN_ID_CHARACTERS = 12

/** `waystation status` */
export function addStatusCommand(program: Command, context: CliContext): void {
  const command = program.command('status').description('show the hub and the devices it exchanges with')
  addConnectionOptions(command).action(async (flags: ConnectionFlags & { json?: true }) => {
    const client = await connect(flags, context)
    const status = await client.get('/api/status', StatusSchema)
    context.stdout.write(flags.json ? `${JSON.stringify(status, null, 2)}\n` : formatStatus(status))
  })
}

function formatStatus(status: StatusView): string {
  const { hub, sync, network, storage, setup, office, devices } = status
  const facts = [
    ['Hub', hub.name],
    ['Device', hub.deviceId.slice(0, SHOWN_ID_CHARACTERS)],
    ['Version', hub.version],
    ['Since', hub.startedAt],
    ['Sync port', String(sync.port)],
    ['Network', network.ssid === null ? network.mode : `${network.mode}, ${network.ssid}`],
    [
      'Storage',
      `${formatBytes(storage.freeBytes)} free of ${formatBytes(storage.totalBytes)}, ${storage.state}`
    ],
    ['Office', setup.claimed ? 'has a passphrase' : 'has no passphrase yet'],
    ['Projects', office?.projects.map(({ name, id }) => name ?? id).join(', ') || String(status.projects)]
  ]
  const width = Math.max(...facts.map(([label = '']) => label.length))
  const lines = facts.map(([label = '', value = '']) => `${label.padEnd(width)}  ${printable(value)}\n`)
  return `${lines.join('')}\n${formatDevices(devices)}`
}

function formatDevices(devices: readonly DeviceView[]): string {
  if (devices.length === 0) return 'No devices found.\n'
  return formatTable(
    ['DEVICE', 'NAME', 'TYPE', 'STATE', 'TO HUB', 'FROM HUB', 'LAST SEEN'],
    devices.map(({ id, name, type, state, progress, lastSeenAt }) => [
      id.slice(0, SHOWN_ID_CHARACTERS),
      name ?? '-',
      type,
      state,
      progress === null ? '-' : formatFlow(progress.toHub),
      progress === null ? '-' : formatFlow(progress.fromHub),
      lastSeenAt ?? '-'
    ])
  )
}
