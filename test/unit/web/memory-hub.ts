import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { WaystationError } from '../../../service/errors.ts'
import type { DeviceId, DiscoveryKey, ProjectId, VersionId } from '../../../service/ids.ts'
import type { DeliveryView } from '../../../service/web/delivery-schemas.ts'
import type { InvitePolicyView, InviteView } from '../../../service/web/invite-schemas.ts'
import { findCheck } from '../../../service/network/connectivity-checks.ts'
import { initialNetworkSettings } from '../../../service/network/network-settings.ts'
import type { NetworkBoardView, NetworkView } from '../../../service/web/network-schemas.ts'
import type { ObservationQuery, ObservationView, Variant } from '../../../service/web/observation-schemas.ts'
import type { OwnMapsView } from '../../../service/web/map-schemas.ts'
import type { MemberView, ProjectView } from '../../../service/web/project-schemas.ts'
import type {
  BackupService,
  ChangeEvents,
  HeldFile,
  Health,
  LeavingService,
  NetworkService,
  MapService,
  ShelfService,
  SystemService,
  UpdateService,
  WebServices
} from '../../../service/web/services.ts'
import type { SessionView, TotalsView } from '../../../service/web/session-schemas.ts'
import type { SettingsChange, SettingsView } from '../../../service/web/settings-schemas.ts'
import type { ShelfView } from '../../../service/web/shelf-schemas.ts'
import type { SystemView } from '../../../service/web/system-schemas.ts'
import type { BoardView, DeviceView } from '../../../service/web/status-schemas.ts'
import type { UpdateView } from '../../../service/web/update-schemas.ts'
import { memoryDocuments, MemoryExports } from './memory-documents.ts'
import { MemoryLock } from './memory-lock.ts'

export const DEVICE = 'a1'.repeat(32) as DeviceId
export const PROJECT = 'y'.repeat(52) as ProjectId
export const OTHER_PROJECT = 'b'.repeat(52) as ProjectId
export const INVITE = '0f'.repeat(32)
export const UPLOAD = '5e'.repeat(16)
export const DRIVE = 'd0'.repeat(32) as DiscoveryKey

const NOTHING = { documents: 0, photos: 0, blocks: 0, bytes: 0 }
const NO_TOTAL = { sessions: 0, toHub: NOTHING, fromHub: NOTHING }
const NOW = '2026-05-01T12:00:00.000Z'
export const NO_FILES: ShelfView = { files: [], usedBytes: 0, quotaBytes: 1 }
export const NO_MAPS: OwnMapsView = { maps: [], usedBytes: 0, quotaBytes: 1 }
export const NO_UPDATE: UpdateView = { available: false, running: '0.1.0', latest: null }

export function aDevice(over: Partial<DeviceView> = {}): DeviceView {
  return {
    id: DEVICE,
    name: 'Ana',
    type: 'mobile',
    state: 'waiting',
    progress: {
      toHub: {
        done: { documents: 0, photos: 0, blocks: 0, bytes: 0 },
        wanted: { documents: 3, photos: 1, blocks: 7, bytes: null }
      },
      fromHub: {
        done: { documents: null, photos: null, blocks: 2, bytes: 200 },
        wanted: { documents: null, photos: null, blocks: 0, bytes: 0 }
      }
    },
    wants: 'everything',
    lastSeenAt: NOW,
    ...over
  }
}

export function anObservation(docId: string): ObservationView {
  return {
    docId,
    versionId: `${DRIVE}/0` as VersionId,
    createdAt: NOW,
    updatedAt: NOW,
    createdBy: DEVICE,
    updatedBy: DEVICE,
    lat: -0.5,
    lon: -77,
    category: 'River',
    categoryId: null,
    tags: { type: 'water', depth: 2, clean: true, seen: ['fish', 'frogs'] },
    attachments: [
      {
        driveId: DRIVE,
        name: 'ab12.jpg',
        type: 'photo',
        variants: { original: 'missing', preview: 'held', thumbnail: 'unknown' }
      }
    ],
    deleted: false,
    forks: []
  }
}

export function aNetworkBoard(): NetworkBoardView {
  return {
    mode: 'simulated',
    state: 'up',
    problem: null,
    ssid: 'River hub',
    channel: 6,
    stations: 2,
    clientLimit: 8,
    guests: [{ visit: '0123456789ab', joinedAt: NOW }],
    confirmBy: null
  }
}

export function aNetwork(): NetworkView {
  return {
    mode: 'simulated',
    state: 'up',
    problem: null,
    problemDetail: null,
    settings: initialNetworkSettings({ hubName: 'River hub', passphrase: 'k7wp-x3md-9qta-hn2e' }),
    running: null,
    radio: null,
    stations: [],
    uplink: {
      state: 'none',
      via: null,
      interfaceName: null,
      address: null,
      problem: null,
      problemDetail: null
    },
    otherNetworks: [{ interfaceName: 'eth0', via: 'cable' }],
    confirmBy: null
  }
}

/** A hub with one project, held in memory, that keeps the promises of the interfaces. Its state is there to be changed. */
export class MemoryHub implements WebServices {
  readonly changes = new EventEmitter<ChangeEvents>()
  readonly devices: DeviceView[] = [aDevice()]
  readonly pending: InviteView[] = [
    {
      id: INVITE,
      project: { name: 'Napo', description: null, color: null },
      role: 'Participant',
      inviter: { deviceId: DEVICE, name: 'Ana' },
      receivedAt: NOW,
      state: 'pending'
    }
  ]
  readonly observationDocs: ObservationView[] = [anObservation('1'.repeat(64)), anObservation('2'.repeat(64))]
  readonly files = new Map<string, { mimeType: string | null; bytes: Buffer }>()
  readonly sessionViews: SessionView[] = [
    {
      id: 's1',
      device: { id: DEVICE, name: 'Ana' },
      project: { id: PROJECT, name: 'Napo' },
      startedAt: NOW,
      endedAt: null,
      toHub: { documents: 1, photos: 0, blocks: 3, bytes: 300 },
      fromHub: { documents: 0, photos: 0, blocks: 0, bytes: 0 },
      outcome: 'open'
    }
  ]
  /** What was asked of the machine. */
  readonly asked: string[] = []
  delivery: DeliveryView = { everyoneHasEverything: false, holders: [], authors: [] }
  readonly lock = new MemoryLock()
  healthNow: Health = { serving: true }
  lastQuery: ObservationQuery | null = null
  rebuilt = 0
  openStreams = 0
  boardFails: Error | null = null
  /** What the board says instead. */
  boardOver: Partial<BoardView> = {}
  readonly warnings: BoardView['warnings'] = []

  async health() {
    return this.healthNow
  }

  readonly board = {
    board: async (): Promise<BoardView> => {
      if (this.boardFails !== null) throw this.boardFails
      return {
        hub: {
          name: 'River hub',
          deviceId: DEVICE,
          version: '0.1.0',
          startedAt: NOW,
          clock: NOW,
          language: 'en'
        },
        sync: { name: 'abcdef', port: 4321 },
        network: this.network.board(),
        projects: 1,
        projectNames: null,
        devices: this.devices,
        storage: { freeBytes: 10, totalBytes: 20, state: 'ok', writing: false },
        warnings: [...this.warnings],
        ...this.boardOver
      }
    },
    projectNames: async () => ['Napo'],
    projectSummaries: async () => [
      {
        id: PROJECT,
        name: 'Napo',
        members: 2,
        observations: 2,
        photos: { known: 1, held: 1 },
        devices: this.devices.map(({ id, state, progress }) => ({ id, state, progress }))
      }
    ]
  }

  policyNow: InvitePolicyView = { policy: 'ask', remainingSeconds: null, fixed: false }

  readonly invites = {
    list: async () => this.pending,
    policy: () => this.policyNow,
    setPolicy: (policy: InvitePolicyView['policy']) => {
      this.policyNow = { policy, remainingSeconds: policy === 'closed' ? null : 600, fixed: false }
      return this.policyNow
    },
    accept: async (id: string) => this.#answer(id, 'joining'),
    reject: async (id: string) => this.#answer(id, 'rejected')
  }

  networkView: NetworkView = aNetwork()
  confirmedFrom: string | null = null

  network: NetworkService = {
    checkAnswer: ({ host, path }) => findCheck(host, path),
    board: () => aNetworkBoard(),
    get: async () => this.networkView,
    change: async (change) => {
      if (change.channel === 14) throw new WaystationError('NETWORK_CHANNEL_UNSUPPORTED')
      const settings = this.networkView.settings && { ...this.networkView.settings, ...change }
      return (this.networkView = { ...this.networkView, settings, confirmBy: NOW })
    },
    scan: async () => ({ networks: [{ ssid: 'Town hall', signalDbm: -48, secured: true }] }),
    confirm: async (from) => {
      this.confirmedFrom = from
      return (this.networkView = { ...this.networkView, confirmBy: null })
    },
    revert: async () => {
      if (this.networkView.confirmBy === null) throw new WaystationError('NETWORK_NOTHING_PENDING')
      return (this.networkView = aNetwork())
    }
  }

  #answer(id: string, state: InviteView['state']): InviteView {
    const at = this.pending.findIndex((invite) => invite.id === id)
    const invite = this.pending[at]
    if (invite === undefined) throw new WaystationError('INVITE_NOT_FOUND')
    if (invite.state !== 'pending') throw new WaystationError('INVITE_NOT_PENDING')
    const answered = { ...invite, state }
    this.pending[at] = answered
    this.changes.emit('invite-changed', answered)
    return answered
  }

  readonly projects = {
    list: async () => (this.left.length > 0 ? [] : [this.project()]),
    get: async (id: ProjectId) => this.project(id),
    members: async (id: ProjectId): Promise<MemberView[]> => {
      this.project(id)
      return this.devices.map((device) => ({ ...device, role: 'participant', lastCompleteAt: null }))
    },
    observations: async (id: ProjectId, query: ObservationQuery) => {
      this.project(id)
      this.lastQuery = query
      const from = query.cursor === undefined ? 0 : Number(query.cursor)
      const to = from + query.limit
      const more = to < this.observationDocs.length
      return { observations: this.observationDocs.slice(from, to), nextCursor: more ? String(to) : null }
    },
    observation: async (id: ProjectId, docId: string) => {
      this.project(id)
      const found = this.observationDocs.find((observation) => observation.docId === docId)
      if (found === undefined) throw new WaystationError('DOCUMENT_NOT_FOUND')
      return found
    },
    file: async (
      id: ProjectId,
      { driveId, variant, name }: { driveId: DiscoveryKey; variant: Variant; name: string }
    ): Promise<HeldFile> => {
      this.project(id)
      const file = this.files.get(`${driveId}/${variant}/${name}`)
      if (file === undefined) throw new WaystationError('PHOTO_NOT_HELD')
      return {
        mimeType: file.mimeType,
        byteLength: file.bytes.length,
        createReadStream: () => {
          this.openStreams += 1
          // Small chunks, so that a range begins and ends within some of them.
          const stream = Readable.from(inChunks(file.bytes, 7))
          return stream.once('close', () => (this.openStreams -= 1))
        }
      }
    },
    rebuildMirror: async (id: ProjectId) => {
      this.project(id)
      this.rebuilt += 1
    }
  }

  project(id: ProjectId = PROJECT): ProjectView {
    if (id !== PROJECT || this.left.includes(id)) throw new WaystationError('PROJECT_NOT_FOUND')
    return {
      id,
      name: 'Napo',
      description: null,
      color: '#0066FF',
      role: 'participant',
      joinedAt: NOW,
      members: 2,
      observations: 2,
      tracks: 0,
      photos: { known: 1, held: 1 },
      mirror: 'current'
    }
  }

  /** What nobody else is known to hold. */
  onlyHere = { documents: 0, photos: 0 }
  readonly left: ProjectId[] = []

  readonly leaving: LeavingService = {
    outlook: async (id) => ({ name: this.project(id).name ?? '', onlyHere: this.onlyHere }),
    leave: async (id, { confirmation, losing }) => {
      if (confirmation !== this.project(id).name) throw new WaystationError('CONFIRMATION_WRONG')
      const { documents, photos } = this.onlyHere
      if (documents > losing.documents || photos > losing.photos) throw new WaystationError('ONLY_COPIES')
      this.changes.emit('project-changed', { ...this.project(id), role: 'left' })
      this.left.push(id)
    }
  }

  readonly deliveries = {
    of: async (id: ProjectId): Promise<DeliveryView> => {
      this.project(id)
      return this.delivery
    }
  }

  settingsNow: SettingsView = {
    hub: { name: 'River hub', language: 'en' },
    board: { showProjectNames: false, showDeviceNames: true },
    fixed: []
  }

  readonly settings = {
    read: () => this.settingsNow,
    change: async ({ hub, board }: SettingsChange) => {
      const now = this.settingsNow
      this.settingsNow = {
        ...now,
        hub: { ...now.hub, ...hub },
        board: { ...now.board, ...board }
      }
      return this.settingsNow
    }
  }
  readonly documents = memoryDocuments((id) => this.project(id), this.observationDocs)

  readonly exports = new MemoryExports((id) => this.project(id))

  shelfNow: ShelfView = NO_FILES
  shelf: ShelfService = {
    // Some directory that is there: nothing of it is asked for.
    directory: import.meta.dirname,
    list: async () => this.shelfNow,
    begin: async () => ({ id: UPLOAD, received: 0, file: null }),
    progress: async () => ({ id: UPLOAD, received: 0, file: null }),
    append: async (_id, offset, bytes) => ({ id: UPLOAD, received: offset + bytes.length, file: null }),
    cancel: async () => {},
    remove: async () => {},
    typeOf: () => 'application/octet-stream'
  }

  mapsNow: OwnMapsView = NO_MAPS
  maps: MapService = {
    list: async () => this.mapsNow,
    begin: async () => ({ id: UPLOAD, received: 0, file: null }),
    progress: async () => ({ id: UPLOAD, received: 0, file: null }),
    append: async (_id, offset, bytes) => ({ id: UPLOAD, received: offset + bytes.length, file: null }),
    cancel: async () => {},
    remove: async () => {},
    style: async () => ({ version: 8, sources: {}, layers: [] }),
    file: async () => Buffer.alloc(0)
  }

  backup: BackupService = {
    make: async (passphrase) => ({ fileName: 'river.backup', bytes: Buffer.from(`under ${passphrase}`) }),
    restore: async (file, passphrase) => {
      if (file.toString() !== `under ${passphrase}`) throw new WaystationError('PASSPHRASE_WRONG')
      this.asked.push('restore')
    }
  }

  updateNow: UpdateView = NO_UPDATE
  updates: UpdateService = {
    read: async () => this.updateNow,
    install: async () => {
      throw new WaystationError('UPDATE_NOT_OURS')
    }
  }

  readonly system: SystemService = {
    report: async (): Promise<SystemView> => ({
      version: '0.1.0',
      startedAt: NOW,
      hubUptimeSeconds: 60,
      machineUptimeSeconds: 120,
      load: 0.1,
      memory: { hubBytes: 1, freeBytes: 2, totalBytes: 3 },
      storage: { freeBytes: 10, totalBytes: 20, state: 'ok' },
      temperatureCelsius: null,
      clock: { now: NOW, source: 'none', canBeSet: true },
      health: { serving: true, reason: null }
    }),
    log: async () => [{ time: NOW, level: 'info', part: 'web', message: 'claimed', fields: '{}' }],
    setClock: async (time: number) => void this.asked.push(`clock ${new Date(time).toISOString()}`),
    supportBundle: async ({ names }: { names: boolean }) => Buffer.from(`names: ${names}`),
    stop: (request: string) => void this.asked.push(request),
    reset: (confirmation: string) => {
      if (confirmation !== 'River hub') throw new WaystationError('CONFIRMATION_WRONG')
      this.asked.push('reset')
    }
  }

  readonly sessions = {
    list: async ({ limit }: { limit: number }) => this.sessionViews.slice(0, limit),
    totals: async (): Promise<TotalsView> => ({ today: NO_TOTAL, week: NO_TOTAL, ever: NO_TOTAL })
  }
}

function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
