/** The released versions of @comapeo/core that the test phones run, as package.json beside this file pins them. */
export const PHONE_VERSIONS = ['7.1.0', '5.5.0', '2.0.0'] as const
export type PhoneVersion = (typeof PHONE_VERSIONS)[number]

/** What the phone's process is started with. */
export interface PhoneLaunch {
  version: PhoneVersion
  name: string
  /** Whether it takes originals of others' photos. 2.0.0 always does. */
  archive: boolean
  directory: string
  /** The network namespace to run in. */
  namespace?: string
}

/** Where a device can be dialed, and who is expected to answer. */
export interface PeerAddress {
  deviceId: string
  port: number
  /** 127.0.0.1 when absent. */
  host?: string
}

/** What an advert of a device on the network says. */
export interface FoundDevice {
  name: string
  port: number
  addresses: string[]
}

export type RoleName = 'creator' | 'coordinator' | 'member' | 'blocked' | 'left' | 'none'
export type InviteDecision = 'ACCEPT' | 'REJECT' | 'ALREADY'
export type DocumentKind = 'observation' | 'track' | 'preset' | 'field' | 'remoteDetectionAlert'
export type PhotoVariant = 'original' | 'preview' | 'thumbnail'

export interface PhonePeer {
  deviceId: string
  status: 'connecting' | 'connected' | 'disconnected'
  name?: string
  deviceType?: string
}

export interface ReceivedInvite {
  inviteId: string
  projectName: string
  invitorName: string
}

/** The secrets of a project, as an invite brings them. */
export interface JoinDetails {
  projectKey: Uint8Array
  encryptionKeys: Record<string, Uint8Array>
}

export interface PhoneMember {
  deviceId: string
  role: RoleName
  name?: string
  deviceType?: string
}

export interface PhoneDocument {
  docId: string
  versionId: string
  originalVersionId: string
  schemaName: string
  createdAt: string
  updatedAt: string
  deleted: boolean
  links: string[]
  forks: string[]
  [field: string]: unknown
}

export interface PhoneObservation extends PhoneDocument {
  lat?: number
  lon?: number
  tags: Record<string, unknown>
  attachments: { driveDiscoveryId: string; type: string; name: string; hash: string }[]
}

export interface TakenPhoto {
  driveId: string
  type: 'photo'
  name: string
  /** Hex, per variant. */
  sha256: Record<PhotoVariant, string>
}

export interface TakenObservation extends PhoneObservation {
  photos: TakenPhoto[]
}

export interface PhotoBlob {
  driveId: string
  type: 'photo'
  variant: PhotoVariant
  name: string
}

/** `sha256` is null when the phone does not hold the whole file. */
export interface HeldPhoto {
  status: number
  sha256: string | null
}

/** Which blocks of one core lie in a phone: `runs` are [start, end) in order. */
export interface CoreHoldings {
  namespace: 'auth' | 'config' | 'data' | 'blobIndex' | 'blob'
  /** Hex of the discovery key, as in version IDs and drive IDs. */
  discoveryId: string
  isOwn: boolean
  runs: [start: number, end: number][]
}

interface GroupSyncState {
  isSyncEnabled: boolean
  want: number
  wanted: number
}

export interface PhoneSyncState {
  initial: { isSyncEnabled: boolean }
  data: { isSyncEnabled: boolean }
  remoteDeviceSyncState: Record<string, { initial: GroupSyncState; data: GroupSyncState }>
}

export interface PhoneUsage {
  cpuSeconds: number
  rssBytes: number
  peakRssBytes: number
}

interface InProject {
  projectId: string
}

/** Every command of phone-process.js: [arguments, result]. */
export interface PhoneCommands {
  listen: [Record<never, never>, { deviceId: string; port: number }]
  dial: [Required<PeerAddress>, void]
  dialBlindly: [{ host: string; port: number }, void]
  disconnect: [Record<never, never>, void]
  findDevice: [{ ownAddress: string }, FoundDevice]
  peers: [Record<never, never>, PhonePeer[]]
  waitForPeer: [{ deviceId: string; status: PhonePeer['status']; name?: string }, void]
  createProject: [{ name: string }, string]
  projects: [Record<never, never>, { projectId: string; name?: string }[]]
  acceptInvites: [Record<never, never>, void]
  nextJoin: [Record<never, never>, string]
  nextInvite: [Record<never, never>, ReceivedInvite]
  accept: [{ inviteId: string }, string]
  reject: [{ inviteId: string }, void]
  joinDetails: [Record<never, never>, JoinDetails]
  addProject: [JoinDetails, string]
  rename: [{ name: string }, void]
  setArchive: [{ archive: boolean }, void]
  background: [Record<never, never>, void]
  foreground: [Record<never, never>, void]
  usage: [Record<never, never>, PhoneUsage]
  shutDown: [Record<never, never>, void]

  invite: [InProject & { deviceId: string; role: 'member' | 'coordinator' }, InviteDecision]
  cancelInvite: [InProject & { deviceId: string }, void]
  members: [InProject, PhoneMember[]]
  waitForMember: [InProject & { deviceId: string; role?: RoleName; name?: string }, PhoneMember]
  ownRole: [InProject, RoleName]
  waitForOwnRole: [InProject & { role: RoleName }, void]
  assignRole: [InProject & { deviceId: string; role: RoleName }, void]
  remove: [InProject & { deviceId: string }, void]
  leave: [InProject, void]

  observe: [
    InProject & {
      count: number
      lat: number
      lon: number
      tags: Record<string, unknown>
      photos: number
      photoBytes: number
    },
    TakenObservation[]
  ]
  create: [InProject & { kind: DocumentKind; value: Record<string, unknown> }, PhoneDocument]
  edit: [
    InProject & {
      kind: DocumentKind
      docId: string
      changes: Record<string, unknown>
      versionIds?: string[]
    },
    PhoneDocument
  ]
  delete: [InProject & { kind: DocumentKind; docId: string }, PhoneDocument]
  documents: [InProject & { kind: DocumentKind; includeDeleted: boolean }, PhoneDocument[]]
  document: [InProject & { kind: DocumentKind; docId: string }, PhoneDocument]
  waitForCount: [InProject & { kind: DocumentKind; count: number }, PhoneDocument[]]
  waitForVersions: [InProject & { kind: DocumentKind; versionIds: string[] }, void]

  photo: [InProject & PhotoBlob, HeldPhoto]
  waitForPhotos: [InProject & { blobs: PhotoBlob[] }, string[]]

  heldBlocks: [InProject, CoreHoldings[]]

  startSync: [InProject, void]
  stopSync: [InProject, void]
  syncState: [InProject, PhoneSyncState]
  waitForSync: [InProject & { type: 'initial' | 'full' }, void]
  doneWith: [InProject & { deviceId: string }, void]
  diagnosis: [Record<never, never>, { peers: PhonePeer[]; syncStates: Record<string, PhoneSyncState> }]
}

export type CommandName = keyof PhoneCommands
export type CommandArguments<C extends CommandName> = PhoneCommands[C][0]
export type CommandResult<C extends CommandName> = PhoneCommands[C][1]
