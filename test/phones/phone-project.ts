import type {
  CommandArguments,
  CommandName,
  CommandResult,
  CoreHoldings,
  DocumentKind,
  HeldPhoto,
  InviteDecision,
  PhoneDocument,
  PhoneMember,
  PhoneObservation,
  PhoneSyncState,
  PhotoBlob,
  PhotoVariant,
  RoleName,
  TakenObservation,
  TakenPhoto
} from './commands.ts'

export interface ObservationPlan {
  lat?: number
  lon?: number
  tags?: Record<string, unknown>
  /** How many photos each observation has, each with original, preview and thumbnail. */
  photos?: number
  /** Size of an original; the preview has a tenth and the thumbnail a fiftieth of it. */
  photoBytes?: number
}

// A photo that takes several blocks of 64 KiB and yet no time.
const DEFAULT_PHOTO_BYTES = 200_000

type Call = <C extends CommandName>(command: C, args: CommandArguments<C>) => Promise<CommandResult<C>>

/** One project in one phone: what a person sees and does there. Every wait ends by an event of the phone, or fails. */
export class PhoneProject {
  readonly id: string
  readonly #call: Call

  constructor(id: string, call: Call) {
    this.id = id
    this.#call = call
  }

  /** Resolves when the other side answered and, after ACCEPT, the role is written. */
  invite(deviceId: string, role: 'member' | 'coordinator' = 'member'): Promise<InviteDecision> {
    return this.#call('invite', { projectId: this.id, deviceId, role })
  }

  cancelInvite(deviceId: string): Promise<void> {
    return this.#call('cancelInvite', { projectId: this.id, deviceId })
  }

  /** All devices with a role, those included that left or were blocked. */
  members(): Promise<PhoneMember[]> {
    return this.#call('members', { projectId: this.id })
  }

  waitForMember(deviceId: string, expected: { role?: RoleName; name?: string } = {}): Promise<PhoneMember> {
    return this.#call('waitForMember', { projectId: this.id, deviceId, ...expected })
  }

  ownRole(): Promise<RoleName> {
    return this.#call('ownRole', { projectId: this.id })
  }

  waitForOwnRole(role: RoleName): Promise<void> {
    return this.#call('waitForOwnRole', { projectId: this.id, role })
  }

  assignRole(deviceId: string, role: RoleName): Promise<void> {
    return this.#call('assignRole', { projectId: this.id, deviceId, role })
  }

  remove(deviceId: string): Promise<void> {
    return this.#call('remove', { projectId: this.id, deviceId })
  }

  leave(): Promise<void> {
    return this.#call('leave', { projectId: this.id })
  }

  async observe(plan: ObservationPlan = {}): Promise<TakenObservation> {
    const [observation] = await this.observeMany(1, plan)
    if (observation === undefined) throw new Error('the phone made no observation')
    return observation
  }

  observeMany(count: number, plan: ObservationPlan = {}): Promise<TakenObservation[]> {
    return this.#call('observe', {
      projectId: this.id,
      count,
      lat: plan.lat ?? -3.1,
      lon: plan.lon ?? -60.02,
      tags: plan.tags ?? {},
      photos: plan.photos ?? 0,
      photoBytes: plan.photoBytes ?? DEFAULT_PHOTO_BYTES
    })
  }

  /** Any other kind of document; `value` without schemaName. */
  create(kind: DocumentKind, value: Record<string, unknown>): Promise<PhoneDocument> {
    return this.#call('create', { projectId: this.id, kind, value })
  }

  /**
   * Changes some fields of an observation. Merges what the phone shows and all its forks, as the app does; with `versionIds` it
   * replaces exactly these versions, which is how a fork is made.
   */
  editObservation(
    docId: string,
    changes: Partial<Pick<PhoneObservation, 'lat' | 'lon' | 'tags'>>,
    versionIds?: string[]
  ): Promise<PhoneDocument> {
    return this.#call('edit', {
      projectId: this.id,
      kind: 'observation',
      docId,
      changes,
      ...(versionIds && { versionIds })
    })
  }

  deleteObservation(docId: string): Promise<PhoneDocument> {
    return this.#call('delete', { projectId: this.id, kind: 'observation', docId })
  }

  /** What the phone shows: the winner of each document, with its forks. */
  async observations({ includeDeleted = false } = {}): Promise<PhoneObservation[]> {
    return (await this.documents('observation', { includeDeleted })) as PhoneObservation[]
  }

  async observation(docId: string): Promise<PhoneObservation> {
    return (await this.#call('document', {
      projectId: this.id,
      kind: 'observation',
      docId
    })) as PhoneObservation
  }

  documents(kind: DocumentKind, { includeDeleted = false } = {}): Promise<PhoneDocument[]> {
    return this.#call('documents', { projectId: this.id, kind, includeDeleted })
  }

  /** Until the phone shows at least `count` of them; gives what it then shows. */
  waitForCount(kind: DocumentKind, count: number): Promise<PhoneDocument[]> {
    return this.#call('waitForCount', { projectId: this.id, kind, count })
  }

  /** Until each of these versions is the one that the phone shows of its document. Deletions are versions too. */
  waitForVersions(documents: readonly { versionId: string }[], kind: DocumentKind = 'observation') {
    const versionIds = documents.map(({ versionId }) => versionId)
    return this.#call('waitForVersions', { projectId: this.id, kind, versionIds })
  }

  /** What the phone's own file server answers when the app shows this photo. */
  photo(photo: TakenPhoto, variant: PhotoVariant): Promise<HeldPhoto> {
    return this.#call('photo', { projectId: this.id, ...blobOf(photo, variant) })
  }

  /** Until the phone holds this variant of all of them; gives their SHA-256 in hex, in order. */
  waitForPhotos(photos: readonly TakenPhoto[], variant: PhotoVariant): Promise<string[]> {
    return this.#call('waitForPhotos', {
      projectId: this.id,
      blobs: photos.map((photo) => blobOf(photo, variant))
    })
  }

  /** Which blocks lie in the phone, of each core that is open. No app shows this. */
  heldBlocks(): Promise<CoreHoldings[]> {
    return this.#call('heldBlocks', { projectId: this.id })
  }

  startSync(): Promise<void> {
    return this.#call('startSync', { projectId: this.id })
  }

  stopSync(): Promise<void> {
    return this.#call('stopSync', { projectId: this.id })
  }

  syncState(): Promise<PhoneSyncState> {
    return this.#call('syncState', { projectId: this.id })
  }

  /** The library's own wait, over all connected devices. */
  waitForSync(type: 'initial' | 'full'): Promise<void> {
    return this.#call('waitForSync', { projectId: this.id, type })
  }

  /**
   * Until the phone's own exchange screen is done with this device: exchange of data is on, and neither wants anything more
   * from the other. A phone that does not yet know of a document is done without it: wait for documents besides.
   */
  doneWith(deviceId: string): Promise<void> {
    return this.#call('doneWith', { projectId: this.id, deviceId })
  }
}

function blobOf({ driveId, type, name }: TakenPhoto, variant: PhotoVariant): PhotoBlob {
  return { driveId, type, variant, name }
}
