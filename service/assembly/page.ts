import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Exports } from '../exports/exports.ts'
import { UsbStick } from '../exports/usb-stick.ts'
import { Maps } from '../maps/maps.ts'
import { Shelf } from '../shelf/shelf.ts'
import { hasCardFailed } from '../system/card-failure.ts'
import { foreignClock, RequestedClock } from '../system/clock-setter.ts'
import { readDiskSpace } from '../system/disk-space.ts'
import type { Health } from '../web/services.ts'
import { Board } from '../web/views/board.ts'
import { Changes } from '../web/views/changes.ts'
import { BackupDesk } from '../web/views/backup-desk.ts'
import { DeliveryMatrix } from '../web/views/delivery-matrix.ts'
import { DeviceViews } from '../web/views/device-views.ts'
import { DocumentViews } from '../web/views/document-views.ts'
import { ExportViews } from '../web/views/export-views.ts'
import { InviteList } from '../web/views/invite-list.ts'
import { OpenMirrors } from '../web/views/open-mirrors.ts'
import { MapDesk } from '../web/views/map-desk.ts'
import { LeavingDesk } from '../web/views/leaving-desk.ts'
import { NetworkViews } from '../web/views/network-views.ts'
import { ProjectViews } from '../web/views/project-views.ts'
import { SessionList } from '../web/views/session-list.ts'
import { SettingsView } from '../web/views/settings-view.ts'
import { ShelfDesk } from '../web/views/shelf-desk.ts'
import { SupportBundle } from '../web/views/support-bundle.ts'
import { SystemDesk } from '../web/views/system-desk.ts'
import { UpdateDesk } from '../web/views/update-desk.ts'
import { WebServer } from '../web/web-server.ts'
import type { Engine } from './engine.ts'
import type { Foundation } from './foundation.ts'
import type { Keeping } from './keeping.ts'
import { leaveJoinCard } from './join-card.ts'
import { devicesByAddress } from './wifi.ts'

/** Where the page lies beside the built service. Run from the sources there is none, and the API is served alone. */
const PAGE_DIRECTORY = fileURLToPath(new URL('../ui', import.meta.url))

const CARD_FAILED = { serving: false, reason: 'The card does not take data any more' } as const

/** What people see: the API and the page, over views of the engine. */
export async function openPage(
  { config, clock, parts, loggerOf, log, startedAt, requestStop }: Foundation,
  {
    keysDirectory,
    identity,
    store,
    disk,
    warnings,
    writeLight,
    settings,
    machineReports,
    hubName,
    language
  }: Keeping,
  { peers, network, projects, sync, history, totals, deliveries, invites, mirrors, sealing, leaving }: Engine
): Promise<WebServer> {
  const { deviceId } = identity
  const directory = config.data
  const devices = new DeviceViews({ peers, projects, sync, history, clock })
  const sessions = new SessionList({ history, totals, projects })
  const projectViews = new ProjectViews({ ownDeviceId: deviceId, projects, mirrors, devices, history })
  const networkViews = new NetworkViews({
    mode: config.network,
    network,
    devicesByAddress: () => devicesByAddress(peers),
    clock
  })
  const openMirrors = new OpenMirrors({ projects, mirrors })
  const exports = await parts.open(
    new Exports({
      usb: new UsbStick({ directory: config.usb }),
      clock,
      logger: loggerOf('exports')
    })
  )
  const changes = await parts.open(
    new Changes({
      warnings,
      writeLight,
      peers,
      projects,
      sync,
      invites,
      mirrors,
      history,
      devices,
      sessions,
      projectViews,
      network
    })
  )
  settings.on('changed', (section) => {
    if (section === 'hub') {
      peers.announceOwnInfo()
      projects
        .writeNames()
        .catch((err: unknown) => loggerOf('projects').error({ err }, 'writing the new name failed'))
    }
    changes.events.emit('board-changed')
  })
  const health = async (): Promise<Health> =>
    hasCardFailed({ store, disk }) ? CARD_FAILED : { serving: true }
  await leaveJoinCard({ config, parts, loggerOf }, { identity, settings, hubName, keysDirectory }, network)
  const freeBytes = async () => (await readDiskSpace(directory)).freeBytes
  const shelf = await parts.open(
    new Shelf({ directory: join(directory, 'shelf'), freeBytes, logger: loggerOf('shelf') })
  )
  const maps = await parts.open(
    new Maps({ directory: join(directory, 'maps'), freeBytes, logger: loggerOf('maps') })
  )
  shelf.on('changed', () => changes.events.emit('board-changed'))
  const system = new SystemDesk({
    hub: { name: hubName, startedAt, directory },
    health,
    log,
    clock,
    clockSetter:
      config.helpers === null ? foreignClock : new RequestedClock({ directory: config.helpers, clock }),
    bundle: new SupportBundle({ config, log, projects, mirrors, history }),
    onStop: requestStop
  })
  const updates = new UpdateDesk({
    shelf,
    reports: machineReports,
    bundlePath: join(directory, 'update', 'bundle.raucb')
  })
  sealing.on('changed', () => changes.events.emit('board-changed'))
  return parts.open(
    new WebServer({
      services: {
        lock: sealing,
        board: new Board({
          hub: {
            name: hubName,
            language,
            deviceId,
            startedAt,
            syncPort: peers.port
          },
          devices,
          projects,
          sync,
          mirrors,
          store,
          disk,
          writeLight,
          warnings,
          network: networkViews,
          clock
        }),
        invites: new InviteList(invites),
        projects: projectViews,
        leaving: new LeavingDesk({ leaving, projects: projectViews }),
        deliveries: new DeliveryMatrix({
          hub: { name: hubName, deviceId },
          projects,
          deliveries,
          projectViews
        }),
        documents: new DocumentViews({ mirrors: openMirrors }),
        exports: new ExportViews({ exports, mirrors: openMirrors, projects: projectViews, clock }),
        sessions,
        settings: new SettingsView({ settings, config, hubName, language }),
        shelf: new ShelfDesk(shelf),
        maps: new MapDesk(maps),
        backup: new BackupDesk({ directory, hubName, clock, onStop: requestStop }),
        system,
        updates,
        network: networkViews,
        changes: changes.events,
        health
      },
      address: config.http,
      encryptedAddress: config.https,
      keysDirectory,
      pageDirectory: existsSync(PAGE_DIRECTORY) ? PAGE_DIRECTORY : null,
      clock,
      logger: loggerOf('web')
    })
  )
}
