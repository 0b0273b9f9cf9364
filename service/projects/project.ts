import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { NAMESPACES, shortId, type CoreKey, type DeviceId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { OwnCoreWriter } from '../storage/own-core.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import { AuthReader } from './auth-reader.ts'
import type { ProjectKeys, ProjectSecrets } from './join-details.ts'
import { Members } from './members.ts'
import { OwnDocuments, type SigningKeyPair } from './own-documents.ts'
import type { Ownership } from './ownership.ts'
import { ProjectCores, type ProjectCore } from './project-cores.ts'
import type { Role } from './roles.ts'
import { UnprovenCores } from './unproven-cores.ts'

/** Keeps which device was believed to own which cores: the first that was accepted stays, also over a restart. */
export interface OwnershipMemory {
  load(): Promise<readonly Ownership[]>
  save(accepted: readonly Ownership[]): Promise<void>
}

/** Who the hub is in every project. */
export interface OwnDevice {
  readonly deviceId: DeviceId
  readonly identity: SigningKeyPair
}

interface ProjectEvents {
  'members-changed': []
  /** Its documents can be read from now on. */
  unlocked: []
  /** They can not be read any more. */
  locked: []
}

/** What it takes to read the documents of a project, and to write the hub's own. */
export interface ProjectUnlock {
  secrets: ProjectSecrets
  /** Of the hub's own cores. */
  coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
}

/**
 * One project of the hub: its cores, its members, and what the hub itself writes into it. It opens locked: members and
 * roles are known and every core replicates, but only `auth` is read.
 */
export class Project extends Resource<ProjectEvents> {
  readonly id: ProjectId
  readonly keys: ProjectKeys
  readonly cores: ProjectCores
  readonly unproven: UnprovenCores
  readonly #own: OwnDevice
  readonly #store: Store
  readonly #outboxPath: (namespace: Namespace) => string
  readonly #memory: OwnershipMemory
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #readers: AuthReader[] = []
  #members: Members | null = null
  #creatorCore: ProjectCore | null = null
  #secrets: ProjectSecrets | null = null
  #ownDocuments: OwnDocuments | null = null
  readonly #writers: { writer: OwnCoreWriter; session: Hypercore }[] = []
  #following: Promise<void> = Promise.resolve()

  constructor(parts: {
    keys: ProjectKeys
    own: OwnDevice
    store: Store
    /** Where the bytes lie that are about to be appended to an own core. */
    outboxPath: (namespace: Namespace) => string
    memory: OwnershipMemory
    clock: Clock
    logger: Logger
  }) {
    super()
    this.keys = parts.keys
    this.id = projectIdOf(parts.keys.projectKey)
    this.#own = parts.own
    this.#store = parts.store
    this.#outboxPath = parts.outboxPath
    this.#memory = parts.memory
    this.#clock = parts.clock
    this.#logger = parts.logger.child({ project: shortId(this.id) })
    this.cores = new ProjectCores({
      store: parts.store,
      authKey: parts.keys.authKey,
      ownerOf: (key) => this.members.ownerOf(key)
    })
    this.unproven = new UnprovenCores({
      open: (key) => this.cores.openUnproven(key),
      isKept: (key) => this.cores.get(key) !== undefined,
      store: parts.store,
      onDocuments: (key, documents) => {
        if (!this.members.claim(key, documents)) this.unproven.reject(key)
      },
      logger: this.#logger
    })
  }

  get members(): Members {
    if (this.#members === null) throw new Error('The project is not open')
    return this.#members
  }

  /** The auth core of the device that created the project. Its channel carries the messages beside the blocks. */
  get creatorCore(): ProjectCore {
    if (this.#creatorCore === null) throw new Error('The project is not open')
    return this.#creatorCore
  }

  /** What the hub itself may do here. */
  get ownRole(): Role {
    return this.members.roleOf(this.#own.deviceId)
  }

  /** What only an unlocked hub knows of the project. Null while it is locked. */
  get secrets(): ProjectSecrets | null {
    return this.#secrets
  }

  /**
   * Begins to read documents. Where the hub was locked when it joined, it now comes to know its own cores.
   * An append that a power cut interrupted is finished here: until then nothing of it was shown to anybody.
   */
  async unlock({ secrets, coreKeyPairs }: ProjectUnlock): Promise<void> {
    if (this.#secrets !== null) return
    try {
      await this.#unlock({ secrets, coreKeyPairs })
    } catch (error) {
      await this.#lock()
      throw error
    }
    this.#secrets = secrets
    this.emit('unlocked')
  }

  async #unlock({ secrets, coreKeyPairs }: ProjectUnlock): Promise<void> {
    this.members.ownCoresAre(keysOf(coreKeyPairs))
    await this.cores.unlock(secrets.encryptionKeys)
    const own = await this.#openOwnCores(keysOf(coreKeyPairs))
    const writerOf = async (namespace: 'auth' | 'config') => {
      const encryptionKey = namespace === 'auth' ? this.keys.authKey : secrets.encryptionKeys.config
      return {
        core: own[namespace],
        writer: await this.#openWriter(own[namespace], coreKeyPairs, encryptionKey)
      }
    }
    this.#ownDocuments = new OwnDocuments({
      deviceId: this.#own.deviceId,
      identity: this.#own.identity,
      coreKeyPairs,
      auth: await writerOf('auth'),
      config: await writerOf('config'),
      clock: this.#clock
    })
  }

  /** Forgets what was unlocked. Whoever reads documents has let go of them before. */
  async lock(): Promise<void> {
    if (this.#secrets === null) return
    this.#secrets = null
    this.emit('locked')
    await this.#lock()
  }

  async #lock(): Promise<void> {
    this.#ownDocuments = null
    await this.#closeWriters()
    await this.cores.lock()
  }

  /**
   * Writes the name that phones show in the team list, where it is another than the one written before.
   * @throws HUB_LOCKED
   */
  async writeName(hubName: string): Promise<void> {
    if (this.#ownDocuments === null) throw new WaystationError('HUB_LOCKED')
    await this.#ownDocuments.write(hubName)
  }

  /** A device named the auth cores that it knows of. Those that are news are fetched from it and judged. */
  considerAuthCores(keys: readonly Buffer[], namedBy: DeviceId): void {
    for (const bytes of keys) {
      const key = bytes.toString('hex') as CoreKey
      if (this.cores.get(key) === undefined) this.unproven.name(key, namedBy)
    }
  }

  protected override async _open() {
    try {
      await this.#openParts()
    } catch (error) {
      await this._close()
      throw error
    }
  }

  async #openParts(): Promise<void> {
    const creatorKey = this.keys.projectKey.toString('hex') as CoreKey
    const { ownCores } = this.keys
    const accepted = await this.#memory.load()
    this.#members = new Members({
      ownDeviceId: this.#own.deviceId,
      ownCores,
      creatorKey,
      accepted,
      logger: this.#logger
    })
    await this.cores.ready()
    await this.unproven.ready()
    if (ownCores !== null) await this.#openOwnCores(ownCores)
    this.#creatorCore = await this.cores.add({ key: creatorKey, namespace: 'auth' })
    await this.#read(this.#creatorCore)
    for (const { coreKeys } of accepted) await this.#keep(coreKeys.auth, 'auth')
    this.#members.on('changed', () => this.#follow())
    this.#follow()
    await this.#following
  }

  protected override async _close() {
    this.#members?.removeAllListeners()
    for (const reader of this.#readers) await reader.stop()
    await this.#following
    await this.#closeWriters()
    await this.unproven.close()
    await this.cores.close()
  }

  async #openOwnCores(
    coreKeys: Readonly<Record<Namespace, CoreKey>>
  ): Promise<Record<Namespace, ProjectCore>> {
    const own = {} as Record<Namespace, ProjectCore>
    for (const namespace of NAMESPACES) own[namespace] = await this.#keep(coreKeys[namespace], namespace)
    return own
  }

  async #openWriter(
    { core, namespace }: ProjectCore,
    coreKeyPairs: ProjectUnlock['coreKeyPairs'],
    encryptionKey: Buffer
  ): Promise<OwnCoreWriter> {
    // The key pair is given to this session only: opened with the core, the library would write it into the store.
    const session = core.session({ keyPair: coreKeyPairs[namespace], encryption: { key: encryptionKey } })
    const writer = new OwnCoreWriter({
      core: session,
      store: this.#store,
      outboxPath: this.#outboxPath(namespace)
    })
    this.#writers.push({ writer, session })
    await writer.ready()
    return writer
  }

  async #closeWriters(): Promise<void> {
    for (const { writer, session } of this.#writers.splice(0)) {
      await writer.close()
      await session.close()
    }
  }

  /** Opens the cores of everyone who has been proved since the last time, one after the other. */
  #follow(): void {
    this.#following = this.#following
      .then(() => this.#keepProven())
      .then(() => {
        this.emit('members-changed')
      })
      .catch((err: unknown) => this.#logger.error({ err }, 'following the members failed'))
  }

  async #keepProven(): Promise<void> {
    let news = false
    for (const deviceId of this.members.proven()) {
      const coreKeys = this.members.coresOf(deviceId)
      if (coreKeys === undefined) continue
      for (const namespace of NAMESPACES) {
        if (this.cores.get(coreKeys[namespace]) !== undefined) continue
        news = true
        await this.#keep(coreKeys[namespace], namespace)
      }
    }
    if (news) {
      const proven = new Set(this.members.proven())
      await this.#memory.save(
        this.members.acceptedOwnerships().filter(({ deviceId }) => proven.has(deviceId))
      )
    }
  }

  async #keep(key: CoreKey, namespace: Namespace): Promise<ProjectCore> {
    const core = await this.unproven.handOver(key, (opened) => this.cores.add({ key, namespace, opened }))
    if (namespace === 'auth') await this.#read(core)
    return core
  }

  async #read(core: ProjectCore): Promise<void> {
    const reader = new AuthReader({
      core: authReaderOf(core),
      onDocuments: (documents) => this.members.learn(core.key, documents),
      onError: (err) => this.#logger.error({ err, core: shortId(core.key) }, 'auth core cannot be read')
    })
    this.#readers.push(reader)
    await reader.look()
  }
}

function authReaderOf({ reader }: ProjectCore): Hypercore {
  if (reader === null) throw new Error('An auth core is read at any time')
  return reader
}

export function keysOf(
  coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
): Record<Namespace, CoreKey> {
  return Object.fromEntries(
    NAMESPACES.map((ns) => [ns, coreKeyPairs[ns].publicKey.toString('hex')])
  ) as Record<Namespace, CoreKey>
}
