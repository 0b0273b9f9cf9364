import type { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import type { DeliveryView } from './delivery-schemas.ts'
import type { DiscoveryKey, ProjectId, VersionId } from '../ids.ts'
import type { CheckAnswer } from '../network/portal.ts'
import type { NetworkSettings } from '../network/network-settings.ts'
import type {
  AlertPage,
  CategoryView,
  DeletedKind,
  DeletionPage,
  ObservationAtView,
  ObservationCountsView,
  ObservationDetailView,
  TrackDetailView,
  TrackPage
} from './document-schemas.ts'
import type { ExportFormat, ExportPlanView, ExportRunView } from './export-schemas.ts'
import type { InvitePolicyView, InviteView } from './invite-schemas.ts'
import type {
  FieldFilter,
  ObservationPage,
  ObservationQuery,
  ObservationView,
  Variant
} from './observation-schemas.ts'
import type { OwnMapsView } from './map-schemas.ts'
import type { LeavingView } from './leaving-schemas.ts'
import type { MemberView, ProjectView } from './project-schemas.ts'
import type { NetworkBoardView, NetworkView, TownListView } from './network-schemas.ts'
import type { SessionView, TotalsView } from './session-schemas.ts'
import type { SettingsChange, SettingsView } from './settings-schemas.ts'
import type { ShelfView } from './shelf-schemas.ts'
import type { LogLineView, SystemView } from './system-schemas.ts'
import type { UpdateView } from './update-schemas.ts'
import type { UploadView } from './upload-schemas.ts'
import type { BoardView, DeviceView, ProjectSummary } from './status-schemas.ts'

// What the API asks of the rest of the hub, and nothing more. All values are plain and may be kept by the API: nobody
// changes them afterwards. Every method may be called at any rate and never waits for a phone, unless it says so.

/**
 * Facts that have just become true, with the new value. The API sends `device` to everybody and the others to open offices
 * only. Emit at the pace of the facts: the API itself bounds what a slow browser is sent.
 */
export interface ChangeEvents {
  /** Something in the board outside its device list changed: the API reads the board anew. */
  'board-changed': []
  'device-changed': [device: DeviceView]
  'session-changed': [session: SessionView]
  'invite-changed': [invite: InviteView]
  'project-changed': [project: ProjectView]
}

export interface BoardService {
  board(): Promise<BoardView>
  /** The same projects that `BoardView.projects` counts. */
  projectSummaries(): Promise<ProjectSummary[]>
  /** Those that have one. */
  projectNames(): Promise<string[]>
}

export interface InviteService {
  list(): Promise<InviteView[]>
  policy(): InvitePolicyView
  /** @throws SETTING_FIXED when the configuration of the run decides */
  setPolicy(policy: InvitePolicyView['policy']): InvitePolicyView
  /**
   * Begins to join, and resolves without waiting for the inviting phone: the invite is then `joining` or further.
   * `invite-changed` tells how it ends.
   * @throws INVITE_NOT_FOUND, INVITE_NOT_PENDING
   */
  accept(id: string): Promise<InviteView>
  /** @throws INVITE_NOT_FOUND, INVITE_NOT_PENDING */
  reject(id: string): Promise<InviteView>
}

/** A file whose bytes the hub holds. */
export interface HeldFile {
  /** As the owner of the file wrote it: not to be trusted. Null when it gave none. */
  mimeType: string | null
  byteLength: number
  /** A new stream of all bytes. It fails when they do not verify. The caller reads it to its end or destroys it. */
  createReadStream(): Readable
}

/** Every method throws PROJECT_NOT_FOUND when the hub is in no such project. */
export interface ProjectService {
  list(): Promise<ProjectView[]>
  get(projectId: ProjectId): Promise<ProjectView>
  members(projectId: ProjectId): Promise<MemberView[]>
  /** @throws REQUEST_INVALID for a cursor that was not given by an earlier page */
  observations(projectId: ProjectId, query: ObservationQuery): Promise<ObservationPage>
  /** @throws DOCUMENT_NOT_FOUND */
  observation(projectId: ProjectId, docId: string): Promise<ObservationView>
  /** @throws PHOTO_NOT_HELD */
  file(
    projectId: ProjectId,
    photo: { driveId: DiscoveryKey; variant: Variant; name: string }
  ): Promise<HeldFile>
  /** Resolves when the new mirror has taken the place of the old one. */
  rebuildMirror(projectId: ProjectId): Promise<void>
}

export interface LeavingService {
  /**
   * What would be lost, at the time of asking.
   * @throws PROJECT_NOT_FOUND, and where the hub does not leave it: HUB_LOCKED, LAST_COORDINATOR, PROJECT_RESTORED
   */
  outlook(projectId: ProjectId): Promise<LeavingView>
  /**
   * Resolves when the members are being told, and what the hub held of the project is deleted.
   * @throws CONFIRMATION_WRONG when `confirmation` is not the name of the project
   * @throws ONLY_COPIES when more would be lost than `losing`
   * @throws what `outlook` throws
   */
  leave(projectId: ProjectId, asked: { confirmation: string; losing: LeavingView['onlyHere'] }): Promise<void>
}

export interface DeliveryService {
  /** @throws PROJECT_NOT_FOUND */
  of(projectId: ProjectId): Promise<DeliveryView>
}

/** Every method throws PROJECT_NOT_FOUND, and MIRROR_CLOSED while what people collected cannot be read. */
export interface DocumentService {
  /** One line of JSON (`TableHeaderView`), then rows of 24 bytes, newest first; read as it is sent. */
  observationTable(projectId: ProjectId, filter: FieldFilter): Promise<Readable>
  observationCounts(projectId: ProjectId, filter: FieldFilter): Promise<ObservationCountsView>
  /** In the order of the versions. */
  observationsAt(projectId: ProjectId, versions: readonly VersionId[]): Promise<ObservationAtView[]>
  /** @throws DOCUMENT_NOT_FOUND */
  observationDetail(projectId: ProjectId, docId: string, language: string): Promise<ObservationDetailView>
  tracks(projectId: ProjectId, query: ObservationQuery, language: string): Promise<TrackPage>
  /** @throws DOCUMENT_NOT_FOUND */
  track(projectId: ProjectId, docId: string, language: string): Promise<TrackDetailView>
  alerts(projectId: ProjectId, query: ObservationQuery): Promise<AlertPage>
  deletions(
    projectId: ProjectId,
    query: { kind: DeletedKind; lang: string; limit: number; cursor?: string }
  ): Promise<DeletionPage>
  categories(projectId: ProjectId, language: string): Promise<CategoryView[]>
  /** Null when there is none, or it has not arrived. */
  icon(projectId: ProjectId, docId: string): Promise<{ mimeType: string; bytes: Buffer } | null>
}

export interface ExportScope {
  filter: FieldFilter
  language: string
}

/** Every method that takes a project throws PROJECT_NOT_FOUND and MIRROR_CLOSED. */
export interface ExportService {
  plan(projectId: ProjectId, scope: ExportScope): Promise<ExportPlanView>
  /** @param run id under which the progress is told. The stream is read to its end or destroyed by the caller. */
  download(
    projectId: ProjectId,
    format: ExportFormat,
    scope: ExportScope,
    run?: string
  ): Promise<{ fileName: string; bytes: Readable }>
  /** Resolves when it has begun. @throws USB_MISSING, USB_FULL, EXPORT_RUNNING */
  toUsb(projectId: ProjectId, format: ExportFormat, scope: ExportScope): Promise<ExportRunView>
  /** Newest first. */
  list(): ExportRunView[]
  /** @throws EXPORT_NOT_FOUND */
  get(id: string): ExportRunView
  /** Resolves when nothing is written any more. @throws EXPORT_NOT_FOUND */
  cancel(id: string): Promise<ExportRunView>
}

export interface SessionService {
  /** Open sessions and those that ended, newest start first. */
  list(query: { limit: number }): Promise<SessionView[]>
  /** @param since instants in UTC from which on to count, a week ago at most */
  totals(since: { today: string; week: string }): Promise<TotalsView>
}

export interface SettingsService {
  read(): SettingsView
  /**
   * Changes what is named, durably.
   * @throws REQUEST_INVALID, SETTING_FIXED
   */
  change(change: SettingsChange): Promise<SettingsView>
}

export interface SystemService {
  report(): Promise<SystemView>
  /** The latest lines of at least this level, newest first. */
  log(query: { level: LogLineView['level']; limit: number }): Promise<LogLineView[]>
  /**
   * Resolves when the machine shows the new time.
   * @param time milliseconds since 1970
   * @throws CLOCK_NOT_SETTABLE, CLOCK_IMPLAUSIBLE
   */
  setClock(time: number): Promise<void>
  /** A file for those who help: JSON under gzip. No keys, no positions; names of devices and projects only when asked. */
  supportBundle(query: { names: boolean }): Promise<Buffer>
  /** Begins to stop; the answer to whoever asked still goes out. */
  stop(request: 'restart' | 'shutdown'): void
  /**
   * Begins to stop, and deletes everything then.
   * @throws CONFIRMATION_WRONG when `confirmation` is not the name of the hub
   */
  reset(confirmation: string): void
}

/** The software of this machine. */
export interface UpdateService {
  read(): Promise<UpdateView>
  /**
   * Takes a bundle from the shelf and hands it to the machine, which checks and installs it and starts anew.
   * @throws UPDATE_NOT_OURS, UPDATE_RUNNING, SHELF_FILE_NOT_FOUND
   */
  install(file: string): Promise<UpdateView>
}

export interface BackupService {
  /**
   * Everything that makes this hub itself, under a passphrase.
   * @param passphrase the one that opens the file, and later the office of the restored hub, is the same
   */
  make(passphrase: string): Promise<{ fileName: string; bytes: Buffer }>
  /**
   * Begins to stop. The next start is that of the hub in the backup, with the keys of this one overwritten.
   * @throws BACKUP_INVALID, PASSPHRASE_WRONG
   */
  restore(file: Buffer, passphrase: string): Promise<void>
}

/** Files that come in chunks, so that a lost connection costs one of them. */
export interface UploadService {
  /** @throws REQUEST_INVALID for a name that is none, SHELF_NAME_TAKEN, SHELF_FULL */
  begin(name: string, size: number): Promise<UploadView>
  /** @throws UPLOAD_NOT_FOUND */
  progress(uploadId: string): Promise<UploadView>
  /** @throws UPLOAD_NOT_FOUND, UPLOAD_OFFSET, SHELF_NAME_TAKEN, SHELF_FULL, and what a file that is not wanted there is told */
  append(uploadId: string, offset: number, bytes: Buffer): Promise<UploadView>
  cancel(uploadId: string): Promise<void>
}

export interface ShelfService extends UploadService {
  /** Where the files lie under their names. */
  readonly directory: string
  list(): Promise<ShelfView>
  /** @throws SHELF_FILE_NOT_FOUND */
  remove(name: string): Promise<void>
  /** The media type of a file by its name. */
  typeOf(name: string): string
}

/** Maps of people's own. Every method that takes a map throws MAP_NOT_FOUND. */
export interface MapService extends UploadService {
  list(): Promise<OwnMapsView>
  remove(mapId: string): Promise<void>
  /**
   * The style (MapLibre's style specification), with each of the map's files below `base`.
   * @throws MAP_NO_PACKAGE and the others of a file that can no longer be read
   */
  style(mapId: string, base: string): Promise<object>
  /** @throws MAP_NOT_FOUND, MAP_NO_PACKAGE */
  file(mapId: string, name: string): Promise<Buffer>
}

/** The Wi-Fi that the hub opens. `board-changed` tells of every change of what these answer. */
export interface NetworkService {
  /** The part that everybody may see. */
  board(): NetworkBoardView
  get(): Promise<NetworkView>
  /**
   * Resolves when the change is on its way. One that makes phones join anew is on trial from then on: see `confirmBy`.
   * @throws NETWORK_NOT_OURS, and what network/settings-rules.ts refuses; nothing has changed then
   */
  change(change: Partial<NetworkSettings>): Promise<NetworkView>
  /**
   * @param from IP address of whoever confirms
   * @throws NETWORK_NOT_OURS, NETWORK_NOTHING_PENDING, NETWORK_CONFIRM_ELSEWHERE
   */
  confirm(from: string): Promise<NetworkView>
  /** @throws NETWORK_NOT_OURS, NETWORK_NOTHING_PENDING */
  revert(): Promise<NetworkView>
  /** @throws NETWORK_NOT_OURS, UPLINK_NO_RADIO, UPLINK_NOT_ANSWERING */
  scan(): Promise<TownListView>
  /**
   * What a phone is told that asks a known host whether there is internet. A look at the hub's own page is noted.
   * @returns null when the request is none of these
   */
  checkAnswer(request: { host: string; path: string; from: string }): CheckAnswer | null
}

/** `reason` is a short sentence for an operator, without names or keys. */
export type Health = { serving: true } | { serving: false; reason: string }

/** Whether whoever holds the hub can read it, and whether it can be read now. */
export interface SealState {
  mode: 'open' | 'sealed'
  locked: boolean
}

/** The passphrase and what it opens. Comparing a passphrase takes about a second of CPU and 64 MiB: one at a time. */
export interface LockService {
  readonly state: SealState
  readonly hasPassphrase: boolean
  /** Sets the first passphrase: from then on the hub is sealed, and unlocked. */
  setFirstPassphrase(passphrase: string): Promise<void>
  /** @returns whether it was right; then the hub is unlocked */
  unlock(passphrase: string): Promise<boolean>
  /** Forgets the keys of a sealed hub. */
  lock(): Promise<void>
  /** @returns whether the old one was right */
  changePassphrase(old: string, passphrase: string): Promise<boolean>
  /** @returns whether the passphrase was right */
  setMode(mode: SealState['mode'], passphrase: string): Promise<boolean>
}

export interface WebServices {
  readonly lock: LockService
  readonly board: BoardService
  readonly invites: InviteService
  readonly projects: ProjectService
  readonly leaving: LeavingService
  readonly deliveries: DeliveryService
  readonly documents: DocumentService
  readonly exports: ExportService
  readonly sessions: SessionService
  readonly settings: SettingsService
  readonly shelf: ShelfService
  readonly maps: MapService
  readonly backup: BackupService
  readonly system: SystemService
  readonly updates: UpdateService
  readonly network: NetworkService
  readonly changes: EventEmitter<ChangeEvents>
  health(): Promise<Health>
}
