import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { StopRequest } from './exit-codes.ts'
import { Discovery } from './discovery/discovery.ts'
import { PolledInterfaces } from './discovery/polled-interfaces.ts'
import { DeviceIdentity } from './identity/device-identity.ts'
import { KeyRing } from './identity/key-ring.ts'
import { Exports } from './exports/exports.ts'
import { UsbStick } from './exports/usb-stick.ts'
import type { DeviceId } from './ids.ts'
import { Mirrors } from './mirror/mirrors.ts'
import type { AccessPoint } from './network/access-point.ts'
import { HostapdAccessPoint } from './network/hostapd-access-point.ts'
import { KeptSettings } from './network/kept-settings.ts'
import { Network } from './network/network.ts'
import { SimulatedAccessPoint } from './network/simulated-access-point.ts'
import { LateDialer } from './peers/late-dialer.ts'
import { Peers } from './peers/peers.ts'
import { Invites } from './projects/invites.ts'
import { ProjectVault } from './projects/project-vault.ts'
import { Projects } from './projects/projects.ts'
import { OpenedParts, Resource } from './resource.ts'
import { adoptFormerLayout } from './sealing/former-layout.ts'
import { LedgerKeeper } from './sealing/ledger-keeper.ts'
import { Sealing } from './sealing/sealing.ts'
import { Shelf } from './shelf/shelf.ts'
import { CoreLengths } from './storage/core-lengths.ts'
import { Recovery } from './storage/recovery.ts'
import { isDamage, isFull } from './storage/damage.ts'
import { Store } from './storage/store.ts'
import { heldBlocks } from './sync/blocks-known.ts'
import { Deliveries } from './sync/deliveries.ts'
import { IntakeControl } from './sync/intake-control.ts'
import { ExchangeTotals } from './sync/exchange-totals.ts'
import { ServiceWatch } from './sync/service-watch.ts'
import { SessionHistory } from './sync/session-history.ts'
import { Sync } from './sync/sync.ts'
import { Settings } from './system/settings.ts'
import { WriteLight } from './system/write-light.ts'
import { DiskWatch } from './system/disk-watch.ts'
import { Warnings } from './system/warnings.ts'
import { readDiskSpace } from './system/disk-space.ts'
import { foreignClock, RequestedClock } from './system/clock-setter.ts'
import type { LogBuffer } from './system/log-buffer.ts'
import type { Health } from './web/services.ts'
import { Board } from './web/views/board.ts'
import { Changes } from './web/views/changes.ts'
import { DeliveryMatrix } from './web/views/delivery-matrix.ts'
import { DeviceViews } from './web/views/device-views.ts'
import { DocumentViews } from './web/views/document-views.ts'
import { ExportViews } from './web/views/export-views.ts'
import { InviteList } from './web/views/invite-list.ts'
import { OpenMirrors } from './web/views/open-mirrors.ts'
import { NetworkViews } from './web/views/network-views.ts'
import { ProjectViews } from './web/views/project-views.ts'
import { SessionList } from './web/views/session-list.ts'
import { SettingsView } from './web/views/settings-view.ts'
import { ShelfDesk } from './web/views/shelf-desk.ts'
import { SupportBundle } from './web/views/support-bundle.ts'
import { SystemDesk } from './web/views/system-desk.ts'
import { WebServer } from './web/web-server.ts'

/** Where the page lies beside the built service. Run from the sources there is none, and the API is served alone. */
const PAGE_DIRECTORY = fileURLToPath(new URL('../ui', import.meta.url))

/** The keys of what can be made again, or is lost with the store: the mirrors and the ledger. */
const DERIVED_SECRETS = ['mirrors', 'ledger']

/** Of the page on a network of our own, where the configuration leaves it open. */
const HTTP_PORT = 80

const CARD_FAILED = { serving: false, reason: 'The card does not take data any more' } as const

/** A card that took no data may take it again; long enough for a person to read what the page says meanwhile. */
const FAILED_STORE_MS = 60_000

/** Where a running hub is to be found. */
export interface HubAddress {
  /** URL of the page. */
  readonly http: string
  readonly sync: { readonly name: string; readonly port: number }
  readonly deviceId: DeviceId
}

/** The whole appliance: builds its parts in reading order, connects them, and closes them in reverse. */
export class Hub extends Resource<{ 'stop-requested': [request: StopRequest] }> {
  readonly #config: Config
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #log: LogBuffer
  readonly #parts = new OpenedParts()
  #address: HubAddress | null = null
  #store: Store | null = null

  /** @param parts.log the end of what `logger` writes */
  constructor(parts: { config: Config; logger: Logger; log: LogBuffer; clock: Clock }) {
    super()
    this.#config = parts.config
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#log = parts.log
  }

  get address(): HubAddress {
    if (this.#address === null) throw new Error('The hub is not open')
    return this.#address
  }

  protected override async _open() {
    try {
      this.#address = await this.#startOrRebuild()
    } catch (error) {
      await this._close()
      throw error
    }
  }

  protected override async _close() {
    await this.#parts.close((err) => this.#logger.error({ err }, 'closing a part failed'))
  }

  /** A database that opens, and of which the cores cannot be read, is one more that phones must fill again. */
  async #startOrRebuild(): Promise<HubAddress> {
    try {
      return await this.#start()
    } catch (error) {
      if (this.#store === null || this.#store.rebuilt || !isDamage(error)) throw error
      this.#logger.error({ err: error }, 'the cores cannot be read: the database is set aside')
      await this.#store.condemn()
    }
    await this._close()
    return this.#start()
  }

  async #start(): Promise<HubAddress> {
    const config = this.#config
    const clock = this.#clock
    const parts = this.#parts
    const directory = config.data
    const startedAt = new Date(clock.now()).toISOString()
    const loggerOf = (part: string) => this.#logger.child({ part })

    // What the hub is, and where it keeps what it knows.
    const keysDirectory = join(directory, 'keys')
    const identity = await parts.open(new DeviceIdentity({ directory, logger: loggerOf('identity') }))
    const keyRing = await parts.open(new KeyRing({ directory: keysDirectory }))
    const vault = new ProjectVault({
      directory: join(keysDirectory, 'ready'),
      key: identity.readySecretFor('projects'),
      secret: (name) => keyRing.secret(name)
    })
    await adoptFormerLayout({ keysDirectory, identity, keyRing, vault })
    const store = await parts.open(new Store({ directory, clock, logger: loggerOf('storage') }))
    this.#store = store
    const disk = await parts.open(new DiskWatch({ directory, clock, logger: loggerOf('system') }))
    const warnings = await parts.open(new Warnings({ clock }))
    const writeLight = await parts.open(new WriteLight({ store, clock }))
    const lengths = await parts.open(
      new CoreLengths({ path: join(directory, 'core-lengths'), store, clock, logger: loggerOf('storage') })
    )
    await parts.open(new Recovery({ store, lengths, notices: warnings }))
    // Written anew under their old keys, other words would be hidden by the same key stream.
    if (store.rebuilt) await keyRing.eraseSecrets(DERIVED_SECRETS)
    const settings = await parts.open(new Settings({ directory, logger: loggerOf('system') }))
    const { deviceId, keyPair } = identity
    const hubName = () =>
      config.name ?? settings.get('hub').name ?? `Waystation ${deviceId.slice(0, 4).toUpperCase()}`

    // The engine: devices, projects, and the exchange between them.
    const peers = new Peers({
      keyPair,
      port: config.syncPort,
      ownInfo: () => ({ name: hubName(), deviceType: 'desktop', features: ['ack'] }),
      clock,
      logger: loggerOf('peers')
    })
    const devicesByAddress = () =>
      new Map([...peers.connected.values()].map(({ address, deviceId: peer }) => [address, peer]))

    // The network that phones come by. It is opened when the port that they dial is known.
    const accessPoint = this.#accessPoint({
      neighbours: () => [...devicesByAddress().keys()],
      ports: () => ({ http: config.http.port || HTTP_PORT, sync: peers.port }),
      logger: loggerOf('network')
    })
    const network =
      accessPoint &&
      new Network({
        accessPoint: await parts.open(accessPoint),
        store: await parts.open(
          new KeptSettings({
            section: {
              get: () => settings.get('network'),
              update: (change) => settings.update('network', change)
            },
            hubName
          })
        ),
        clock,
        logger: loggerOf('network')
      })

    const projects = await parts.open(
      new Projects({ directory, identity, vault, store, hubName, clock, logger: loggerOf('projects') })
    )
    const sync = await parts.open(new Sync({ peers, projects, store, clock, logger: loggerOf('sync') }))
    const intake = await parts.open(
      new IntakeControl({ disk, warnings, store, projects, sync, clock, logger: loggerOf('sync') })
    )
    // Only a new start reads what the card really holds. Until then the page says what is wrong, and a card that is full
    // gets no new start before there is room.
    const startAnew = () => {
      // Without its keys it would come back as another device.
      const isItself = existsSync(join(directory, 'keys'))
      if (store.failed && disk.space.state !== 'full' && isItself) this.emit('stop-requested', 'restart')
    }
    store.on('failed', (error) => {
      clock.after(FAILED_STORE_MS, startAnew)
      if (isFull(error)) void disk.look().then(startAnew)
    })
    intake.on('resumed', startAnew)
    const history = await parts.open(new SessionHistory({ clock, logger: loggerOf('sync') }))
    const totals = await parts.open(new ExchangeTotals({ history, logger: loggerOf('sync') }))
    const deliveries = await parts.open(new Deliveries({ sync, clock, logger: loggerOf('sync') }))
    sync.on('core-changed', ({ discoveryKey, core }) =>
      lengths.note(discoveryKey, { length: core.length, held: heldBlocks(core).size })
    )
    sync.on('session-started', (session) => history.begin(session))
    sync.on('session-ended', (session) => history.end(session))
    const invites = await parts.open(
      new Invites({
        peers,
        projects,
        policy: config.invites,
        isServedBy: (project, inviter) => sync.isServedBy(project, inviter),
        clock,
        logger: loggerOf('invites')
      })
    )
    invites.on('joined', (project, inviter) => sync.joinedThrough(project, inviter))
    const watch = await parts.open(new ServiceWatch({ sync, clock, logger: loggerOf('sync') }))

    // The mirrors read what the engine took in, while the keys are at hand.
    const mirrors = await parts.open(
      new Mirrors({
        store,
        keyFile: (projectId) => keyRing.secret(`mirrors/${projectId}`),
        clock,
        logger: loggerOf('mirror')
      })
    )
    const ledger = new LedgerKeeper({
      store,
      users: [history, totals, deliveries],
      keyFile: keyRing.secret('ledger'),
      logger: loggerOf('storage')
    })
    const sealing = await parts.open(
      new Sealing({ keyRing, identity, projects, mirrors, ledger, store, logger: loggerOf('sealing') })
    )
    // Last of the engine, so that the first phone that dials finds all of it.
    await parts.open(peers)
    if (network !== null) await parts.open(network)

    // What people see.
    const devices = new DeviceViews({ peers, projects, sync, history, clock })
    const sessions = new SessionList({ history, totals, projects })
    const projectViews = new ProjectViews({ ownDeviceId: deviceId, projects, mirrors, devices, history })
    const networkViews = new NetworkViews({ mode: config.network, network, devicesByAddress, clock })
    const openMirrors = new OpenMirrors({ projects, mirrors })
    const exports = await parts.open(
      new Exports({
        usb: new UsbStick({ directory: () => settings.get('export').usbDirectory }),
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
          .catch((err: unknown) => this.#logger.error({ err }, 'writing the new name failed'))
      }
      changes.events.emit('board-changed')
    })
    const health = async (): Promise<Health> => (store.failed ? CARD_FAILED : { serving: true })
    const shelf = await parts.open(
      new Shelf({
        directory: join(directory, 'shelf'),
        freeBytes: async () => (await readDiskSpace(directory)).freeBytes,
        logger: loggerOf('shelf')
      })
    )
    shelf.on('changed', () => changes.events.emit('board-changed'))
    const system = new SystemDesk({
      hub: { name: hubName, startedAt, directory },
      health,
      log: this.#log,
      clock,
      clockSetter:
        config.helpers === null ? foreignClock : new RequestedClock({ directory: config.helpers, clock }),
      bundle: new SupportBundle({ config, log: this.#log, projects, mirrors, history }),
      onStop: (request) => this.emit('stop-requested', request)
    })
    sealing.on('changed', () => changes.events.emit('board-changed'))
    const web = await parts.open(
      new WebServer({
        services: {
          lock: sealing,
          board: new Board({
            hub: {
              name: hubName,
              language: () => settings.get('hub').language,
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
          deliveries: new DeliveryMatrix({
            hub: { name: hubName, deviceId },
            projects,
            deliveries,
            projectViews
          }),
          documents: new DocumentViews({ mirrors: openMirrors }),
          exports: new ExportViews({ exports, mirrors: openMirrors, projects: projectViews, clock }),
          sessions,
          settings: new SettingsView({ settings, config, hubName }),
          shelf: new ShelfDesk(shelf),
          system,
          network: networkViews,
          changes: changes.events,
          health
        },
        address: config.http,
        keysDirectory,
        pageDirectory: existsSync(PAGE_DIRECTORY) ? PAGE_DIRECTORY : null,
        clock,
        logger: loggerOf('web')
      })
    )

    // Last of all: let the others know.
    if (config.mdns) {
      const interfaces = await parts.open(
        new PolledInterfaces({
          clock,
          // A hub with a network of its own is found there, and on other networks only when it was told so.
          isAllowed: (name) =>
            config.network !== 'hostapd' ||
            name === network?.accessPoint.radio?.interfaceName ||
            (network?.settings.lans.includes(name) ?? false)
        })
      )
      const dialer = await parts.open(new LateDialer({ peers, clock, logger: loggerOf('peers') }))
      const discovery = await parts.open(
        new Discovery({
          syncPort: peers.port,
          httpPort: web.port,
          interfaces,
          clock,
          logger: loggerOf('discovery')
        })
      )
      discovery.on('device-found', (advert) => dialer.found(advert))
      discovery.on('device-lost', (advert) => dialer.lost(advert))
      const bounce = () => {
        discovery.bounce().catch((err: unknown) => this.#logger.error({ err }, 'advertising anew failed'))
      }
      // Phones that were hung up on dial again when they see the hub anew.
      watch.on('connection-dropped', bounce)
      intake.on('resumed', bounce)
    }
    return { http: web.url, sync: { name: hubName(), port: peers.port }, deviceId }
  }

  #accessPoint({
    neighbours,
    ports,
    logger
  }: {
    neighbours: () => string[]
    ports: () => { http: number; sync: number }
    logger: Logger
  }): AccessPoint | null {
    switch (this.#config.network) {
      case 'simulated':
        return new SimulatedAccessPoint({ clock: this.#clock, neighbours })
      case 'hostapd':
        return new HostapdAccessPoint({ ports, clock: this.#clock, logger })
      case 'none':
        return null
    }
  }
}
