import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { NAMESPACES, shortId, type CoreKey, type DeviceId, type Namespace, type ProjectId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { OwnCoreWriter } from '../storage/own-core.ts'
import type { Store } from '../storage/store.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import { AuthReader } from './auth-reader.ts'
import type { JoinDetails } from './join-details.ts'
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

/** The hub's keys in one project. */
export interface OwnKeys {
  readonly deviceId: DeviceId
  readonly identity: SigningKeyPair
  readonly cores: Readonly<Record<Namespace, SigningKeyPair>>
}

/** One project of the hub: its cores, its members, and what the hub itself writes into it. */
export class Project extends Resource<{ 'members-changed': [] }> {
  readonly id: ProjectId
  readonly details: JoinDetails
  readonly cores: ProjectCores
  readonly unproven: UnprovenCores
  readonly #own: OwnKeys
  readonly #store: Store
  readonly #outboxPath: (namespace: Namespace) => string
  readonly #memory: OwnershipMemory
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #readers: AuthReader[] = []
  #members: Members | null = null
  #creatorCore: ProjectCore | null = null
  #ownDocuments: OwnDocuments | null = null
  #writers: OwnCoreWriter[] = []
  #following: Promise<void> = Promise.resolve()

  constructor(parts: {
    details: JoinDetails
    own: OwnKeys
    store: Store
    /** Where the bytes lie that are about to be appended to an own core. */
    outboxPath: (namespace: Namespace) => string
    memory: OwnershipMemory
    clock: Clock
    logger: Logger
  }) {
    super()
    this.details = parts.details
    this.id = projectIdOf(parts.details.projectKey)
    this.#own = parts.own
    this.#store = parts.store
    this.#outboxPath = parts.outboxPath
    this.#memory = parts.memory
    this.#clock = parts.clock
    this.#logger = parts.logger.child({ project: shortId(this.id) })
    this.cores = new ProjectCores({
      store: parts.store,
      encryptionKeys: parts.details.encryptionKeys,
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

  /** Writes the name that phones show in the team list, where it is another than the one written before. */
  async writeName(hubName: string): Promise<void> {
    if (this.#ownDocuments === null) throw new Error('The project is not open')
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
    const creatorKey = this.details.projectKey.toString('hex') as CoreKey
    const coreKeys = Object.fromEntries(
      NAMESPACES.map((ns) => [ns, this.#own.cores[ns].publicKey.toString('hex')])
    ) as Record<Namespace, CoreKey>
    const accepted = await this.#memory.load()
    this.#members = new Members({
      self: { deviceId: this.#own.deviceId, coreKeys },
      creatorKey,
      accepted,
      logger: this.#logger
    })
    await this.cores.ready()
    await this.unproven.ready()
    await this.#openOwnCores(coreKeys)
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
    for (const writer of this.#writers) await writer.close()
    await this.unproven.close()
    await this.cores.close()
  }

  async #openOwnCores(coreKeys: Record<Namespace, CoreKey>): Promise<void> {
    const own = {} as Record<Namespace, ProjectCore>
    for (const namespace of NAMESPACES) own[namespace] = await this.#keep(coreKeys[namespace], namespace)
    const writerOf = async (namespace: 'auth' | 'config') => {
      const core = own[namespace]
      // The key pair is given to this session only: opened with the core, the library would write it into the store.
      const session = core.core.session({
        keyPair: this.#own.cores[namespace],
        encryption: { key: this.details.encryptionKeys[namespace] }
      })
      const writer = new OwnCoreWriter({
        core: session,
        store: this.#store,
        outboxPath: this.#outboxPath(namespace)
      })
      await writer.ready()
      this.#writers.push(writer)
      return { core, writer }
    }
    this.#ownDocuments = new OwnDocuments({
      deviceId: this.#own.deviceId,
      identity: this.#own.identity,
      coreKeyPairs: this.#own.cores,
      auth: await writerOf('auth'),
      config: await writerOf('config'),
      clock: this.#clock
    })
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
      core: core.reader,
      onDocuments: (documents) => this.members.learn(core.key, documents),
      onError: (err) => this.#logger.error({ err, core: shortId(core.key) }, 'auth core cannot be read')
    })
    this.#readers.push(reader)
    await reader.look()
  }
}
