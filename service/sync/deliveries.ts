import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { DeviceId, ProjectId } from '../ids.ts'
import type { Project } from '../projects/project.ts'
import { Resource } from '../resource.ts'
import { LedgerWriter } from '../storage/ledger-writer.ts'
import type { Ledger } from '../storage/ledger.ts'
import type { DownloadIntent } from '../wire/download-intent-extension.ts'
import { heldBlocks } from './blocks-known.ts'
import type { Catalogs } from './core-gaps.ts'
import { holdingsOf, photosWanted, type Holder, type Holding, type Holdings } from './holdings.ts'
import type { ProjectSession } from './project-session.ts'
import type { Sync } from './sync.ts'
import { wants } from './wanted-files.ts'

/** Devices remembered in one project: a large project has 200 members. Who was here longest ago goes. */
export const MAX_DEVICES_PER_PROJECT = 300
/** Authors remembered for one device. */
export const MAX_AUTHORS = 300

/** In the ledger. Must never change. */
const COLLECTION = 'deliveries'

/** What a device held when it was last here, as it is kept. Changing this shape needs a way to read the old one. */
interface StoredColumn {
  /** ISO 8601, by the hub's clock. */
  at: string
  /** Nothing was missing on either side. */
  complete: boolean
  /** From the type of file to its variants; null for a device that takes everything. */
  wants: Record<string, readonly string[]> | null
  /** By author: documents and photos. */
  held: Record<DeviceId, readonly [documents: number, photos: number | null]>
}

/** What one device holds of everybody's data. */
export interface Column {
  readonly deviceId: DeviceId
  /** ISO 8601: as of when. Null while the device is connected: it is true now. */
  readonly asOf: string | null
  /** Nothing was missing on either side, as far as the hub and the device knew then. */
  readonly complete: boolean
  readonly takesEverything: boolean
  readonly holdings: Holdings
  /** How many photos of an author this device wants, by what is known now. Null while the hub cannot read that. */
  photosWanted(author: DeviceId): number | null
}

/**
 * Whose data has reached whom. Of a connected device the last count is told; of one that is away what it held when it was
 * last counted. That is kept over restarts: it is written when a device has become up to date, and when it goes.
 */
export class Deliveries extends Resource {
  readonly #sync: Sync
  readonly #clock: Clock
  readonly #away = new Map<string, StoredColumn>()
  /** Sessions whose device has said what it holds, and whether it was up to date at the last count. */
  readonly #counted = new Map<ProjectSession, boolean>()
  readonly #writer: LedgerWriter<StoredColumn>

  constructor(parts: { sync: Sync; clock: Clock; logger: Logger }) {
    super()
    this.#sync = parts.sync
    this.#clock = parts.clock
    this.#writer = new LedgerWriter(COLLECTION, (err) =>
      parts.logger.error({ err }, 'what a device holds could not be written')
    )
  }

  /** One for each device that the hub has ever counted in a project, the hub itself not among them. */
  columns(project: Project): Column[] {
    const catalogs = this.#sync.catalogs
    const live = [...this.#counted].filter(([session]) => session.project === project)
    const columns = new Map<DeviceId, Column>()
    for (const [key, stored] of this.#away) {
      const [projectId, deviceId] = partsOf(key)
      if (projectId === project.id) columns.set(deviceId, awayColumn(project, catalogs, deviceId, stored))
    }
    for (const [session, complete] of live) {
      const holder = holderOf(session)
      columns.set(session.peer.deviceId, {
        deviceId: session.peer.deviceId,
        asOf: null,
        complete: complete && session.phase === 'up-to-date',
        takesEverything: session.intent.everything,
        holdings: holdingsOf(project, catalogs, holder),
        photosWanted: wantedIn(project, catalogs, holder.wants)
      })
    }
    return [...columns.values()]
  }

  /** What the hub itself holds: it takes everything. */
  own(project: Project): Pick<Column, 'holdings' | 'photosWanted'> {
    const catalogs = this.#sync.catalogs
    const wants = () => true
    return {
      holdings: holdingsOf(project, catalogs, { blocksOf: ({ core }) => heldBlocks(core), wants }),
      photosWanted: wantedIn(project, catalogs, wants)
    }
  }

  /** Forgets a project that the hub has left. Durable when it resolves. */
  async forget(projectId: ProjectId): Promise<void> {
    for (const key of [...this.#away.keys()]) {
      if (partsOf(key)[0] !== projectId) continue
      this.#away.delete(key)
      this.#writer.del(key)
    }
    await this.#writer.settled()
  }

  /** Reads what the ledger holds, and writes into it what it lacks. */
  async attach(ledger: Ledger): Promise<void> {
    const stored = await this.#writer.attach(ledger)
    const known = [...this.#away]
    this.#away.clear()
    for (const { id, value } of stored) this.#away.set(id, value)
    for (const [key, column] of known) {
      this.#away.delete(key)
      this.#away.set(key, column)
      this.#writer.put(key, column)
    }
    await this.#writer.settled()
  }

  /** Forgets who was here. */
  async detach(): Promise<void> {
    await this.#writer.detach()
    this.#away.clear()
  }

  protected override async _open() {
    this.#sync.on('measured', this.#onMeasured)
    this.#sync.on('session-ended', this.#onEnded)
  }

  protected override async _close() {
    this.#sync.off('measured', this.#onMeasured)
    this.#sync.off('session-ended', this.#onEnded)
    for (const session of [...this.#counted.keys()]) this.#onEnded(session)
    await this.#writer.settled()
  }

  #onMeasured = () => {
    for (const session of this.#sync.sessions()) {
      const { phase } = session
      if (phase === 'proving' || phase === 'refused') continue
      const isComplete = phase === 'up-to-date'
      const wasComplete = this.#counted.get(session) === true
      this.#counted.set(session, isComplete)
      // Power may be gone before the device is: that it was told "you may leave now" is to be remembered.
      if (isComplete && !wasComplete) this.#keep(session, isComplete)
    }
  }

  #onEnded = (session: ProjectSession) => {
    const complete = this.#counted.get(session)
    if (complete === undefined) return
    this.#counted.delete(session)
    this.#keep(session, complete)
  }

  #keep(session: ProjectSession, complete: boolean): void {
    const { project, peer, intent } = session
    // A project that was left has nothing to be remembered.
    if (!project.members.isActive(peer.deviceId)) return
    const holdings = holdingsOf(project, this.#sync.catalogs, holderOf(session))
    const key = keyOf(project.id, peer.deviceId)
    const column: StoredColumn = {
      at: new Date(this.#clock.now()).toISOString(),
      complete,
      wants: intent.everything ? null : Object.fromEntries(intent.variants),
      held: Object.fromEntries(
        [...holdings].slice(0, MAX_AUTHORS).map(([author, held]) => [author, [held.documents, held.photos]])
      )
    }
    this.#away.delete(key)
    this.#away.set(key, column)
    this.#writer.put(key, column)
    this.#dropOldest(project.id)
  }

  #dropOldest(projectId: ProjectId): void {
    const keys = [...this.#away.keys()].filter((key) => partsOf(key)[0] === projectId)
    for (const key of keys.slice(0, Math.max(0, keys.length - MAX_DEVICES_PER_PROJECT))) {
      this.#away.delete(key)
      this.#writer.del(key)
    }
  }
}

function holderOf({ gaps, intent }: ProjectSession): Holder {
  return { blocksOf: (core) => gaps.heldByDevice(core), wants: (file) => wants(intent, file) }
}

function awayColumn(
  project: Project,
  catalogs: Catalogs,
  deviceId: DeviceId,
  { at, complete, wants: wanted, held }: StoredColumn
): Column {
  const intent: DownloadIntent = {
    everything: wanted === null,
    variants: new Map(Object.entries(wanted ?? {}))
  }
  return {
    deviceId,
    asOf: at,
    complete,
    takesEverything: intent.everything,
    holdings: new Map(
      Object.entries(held).map(([author, [documents, photos]]): [DeviceId, Holding] => [
        author as DeviceId,
        { documents, photos }
      ])
    ),
    photosWanted: wantedIn(project, catalogs, (file) => wants(intent, file))
  }
}

function wantedIn(project: Project, catalogs: Catalogs, wants: Holder['wants']): Column['photosWanted'] {
  return (author) => {
    const blob = project.cores.of(author, 'blob')
    return blob === undefined ? 0 : photosWanted(blob, catalogs, wants)
  }
}

/** Project ids are z-base-32 and device ids hex: neither has a space. */
function keyOf(projectId: ProjectId, deviceId: DeviceId): string {
  return `${projectId} ${deviceId}`
}

function partsOf(key: string): [ProjectId, DeviceId] {
  const [projectId = '', deviceId = ''] = key.split(' ')
  return [projectId as ProjectId, deviceId as DeviceId]
}
