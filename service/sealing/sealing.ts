import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import type { KeyRing, SealMode } from '../identity/key-ring.ts'
import { shortId, type CoreKey, type ProjectId } from '../ids.ts'
import type { Mirrors } from '../mirror/mirrors.ts'
import type { Project } from '../projects/project.ts'
import type { Projects } from '../projects/projects.ts'
import { ProvenCores } from '../projects/proven-cores.ts'
import { Resource } from '../resource.ts'
import type { Store } from '../storage/store.ts'
import type { LedgerKeeper } from './ledger-keeper.ts'

/** Where the root key lies in the key ring, once the hub was sealed. */
const ROOT_KEY_SECRET = 'root-key'

export interface SealState {
  mode: SealMode
  locked: boolean
}

/**
 * The lock of the hub. Opens what needs the secret keys (documents of projects, mirrors, the ledger) as soon as they are at
 * hand, and closes it before they are forgotten. Exchange with phones goes on either way. One thing at a time: whoever
 * locks while the hub is being unlocked waits for that.
 */
export class Sealing extends Resource<{ changed: [state: SealState] }> {
  readonly #keyRing: KeyRing
  readonly #identity: DeviceIdentity
  readonly #projects: Projects
  readonly #mirrors: Mirrors
  readonly #ledger: LedgerKeeper
  readonly #store: Store
  readonly #logger: Logger
  readonly #sources = new Map<ProjectId, ProvenCores>()
  readonly #onProject = (project: Project) => void this.#inTurn(() => this.#openMirror(project))
  #isOpen = false
  #last: Promise<unknown> = Promise.resolve()
  #renewing: Promise<void> = Promise.resolve()

  constructor(parts: {
    keyRing: KeyRing
    identity: DeviceIdentity
    projects: Projects
    mirrors: Mirrors
    ledger: LedgerKeeper
    store: Store
    logger: Logger
  }) {
    super()
    this.#keyRing = parts.keyRing
    this.#identity = parts.identity
    this.#projects = parts.projects
    this.#mirrors = parts.mirrors
    this.#ledger = parts.ledger
    this.#store = parts.store
    this.#logger = parts.logger
  }

  get state(): SealState {
    return { mode: this.#keyRing.mode, locked: !this.#isOpen }
  }

  /** Whether there is a passphrase that opens the hub. */
  get hasPassphrase(): boolean {
    return this.#keyRing.hasPassphrase
  }

  /** Sets the first passphrase: from then on the hub is sealed, and unlocked until it is locked. */
  async setFirstPassphrase(passphrase: string): Promise<void> {
    await this.#inTurn(() => this.#seal(passphrase))
  }

  /** Compares the passphrase, and unlocks a locked hub with it. */
  async unlock(passphrase: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!(await this.#keyRing.unlock(passphrase))) return false
      if (!this.#isOpen) await this.#openOrClose()
      return true
    })
  }

  /** Forgets the keys. Does nothing while the hub is open to everybody who holds it. */
  async lock(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#keyRing.mode === 'open' || !this.#isOpen) return
      await this.#closeAll()
      this.#logger.info('locked')
      this.emit('changed', this.state)
    })
  }

  /**
   * @returns whether the old passphrase was right
   * @throws HUB_LOCKED never: the old passphrase unlocks
   */
  async changePassphrase(old: string, passphrase: string): Promise<boolean> {
    if (!(await this.unlock(old))) return false
    await this.#inTurn(() => this.#keyRing.setPassphrase(passphrase))
    return true
  }

  /**
   * Seals an open hub, or opens a sealed one to everybody who holds it.
   * @returns whether the passphrase was right
   */
  async setMode(mode: SealMode, passphrase: string): Promise<boolean> {
    if (!(await this.unlock(passphrase))) return false
    await this.#renewing
    await this.#inTurn(async () => {
      if (mode === this.#keyRing.mode) return
      if (mode === 'sealed') return this.#seal(passphrase)
      if (this.#keyRing.isSealing) throw new WaystationError('NOT_SERVING', 'The hub is still being sealed')
      await this.#keyRing.unseal()
      this.#logger.warn('the hub is open: whoever has the card can read it')
      this.emit('changed', this.state)
    })
    return true
  }

  /**
   * Closes the mirror of a project for good: the hub leaves it.
   * @param leave takes the key of the mirror's core, null when there is none. When it fails, there is a mirror again.
   * @throws what `leave` throws
   */
  async closeMirror(project: Project, leave: (mirrorKey: CoreKey | null) => Promise<void>): Promise<void> {
    await this.#renewing
    await this.#inTurn(async () => {
      const mirrorKey = await this.#mirrors.closeOne(project.id)
      this.#sources.get(project.id)?.close()
      this.#sources.delete(project.id)
      try {
        await leave(mirrorKey)
      } catch (error) {
        await this.#openMirror(project)
        throw error
      }
    })
  }

  protected override async _open() {
    this.#projects.on('joined', this.#onProject)
    if (!this.#keyRing.isLocked) await this.#inTurn(() => this.#openOrClose())
  }

  protected override async _close() {
    this.#projects.off('joined', this.#onProject)
    await this.#inTurn(() => this.#closeAll())
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.catch(() => {})
    return done
  }

  async #openOrClose(): Promise<void> {
    try {
      await this.#openAll()
    } catch (error) {
      await this.#closeAll()
      throw error
    }
  }

  async #openAll(): Promise<void> {
    await this.#identity.unlock(this.#keyRing.secret(ROOT_KEY_SECRET))
    await this.#projects.unlock()
    await this.#ledger.open()
    this.#isOpen = true
    for (const project of this.#projects.all()) await this.#openMirror(project)
    if (this.#keyRing.mode === 'sealed') this.#logger.info('unlocked')
    this.emit('changed', this.state)
    if (this.#keyRing.isSealing) this.#renewBehind()
  }

  async #closeAll(): Promise<void> {
    this.#isOpen = false
    // Ends a renewal that is under way: the next unlock goes on with it.
    await this.#mirrors.closeAll()
    await this.#renewing
    for (const source of this.#sources.values()) source.close()
    this.#sources.clear()
    await this.#ledger.close()
    await this.#projects.lock()
    if (this.#keyRing.mode === 'sealed') await this.#identity.lock()
    this.#keyRing.lock()
  }

  async #openMirror(project: Project): Promise<void> {
    if (!this.#isOpen || this.#sources.has(project.id)) return
    const source = new ProvenCores(project)
    this.#sources.set(project.id, source)
    try {
      await this.#mirrors.add(project.id, source)
    } catch (err) {
      // Exchange does not need it, and the other projects have theirs.
      this.#logger.error({ err, project: shortId(project.id) }, 'no mirror for a project')
    }
  }

  async #seal(passphrase: string): Promise<void> {
    await this.#keyRing.beginSealing(passphrase)
    this.#emitSealed()
    this.#renewBehind()
  }

  #emitSealed(): void {
    this.#logger.info('sealed')
    this.emit('changed', this.state)
  }

  /** Long where there are many documents: the hub serves meanwhile. */
  #renewBehind(): void {
    this.#renewing = this.#renew().catch((err: unknown) => {
      this.#logger.error({ err }, 'sealing was not finished: the next unlock goes on')
    })
  }

  /**
   * Moves everything away from keys that lay on the card as they were. What was encrypted with those is deleted; the last
   * step erases the key that opened them, so a cut at any moment leaves enough to begin again.
   */
  async #renew(): Promise<void> {
    await this.#keyRing.resealAll()
    await this.#identity.seal(this.#keyRing.secret(ROOT_KEY_SECRET))
    await this.#ledger.renew()
    for (const projectId of this.#sources.keys()) await this.#mirrors.rebuild(projectId)
    await this.#store.compact()
    await this.#keyRing.finishSealing()
    this.#logger.info('nothing is left of the keys that the hub had while it was open')
  }
}
