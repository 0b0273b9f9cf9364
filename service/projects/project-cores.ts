import Hypercore from 'hypercore'
import type HypercoreStorage from 'hypercore-storage'
import type { CoreKey, DeviceId, DiscoveryKey, Namespace, VersionId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { MemoryDatabase } from '../storage/memory-database.ts'
import type { Store } from '../storage/store.ts'
import { takeBlock, takeLength } from '../storage/take-block.ts'
import { decodeDocument, type ComapeoDocument } from '../wire/documents.ts'
import type { SecretNamespace } from './join-details.ts'

/**
 * Of memory for a core that is not proved: its first block, an ownership of less than a kibibyte, the hashes that prove it, and
 * a page of 4 KiB that says which blocks are here. A longer block is not taken.
 */
export const MAX_UNPROVEN_BYTES = 16 * 1024

/** One core of a project that the hub keeps. */
export interface ProjectCore {
  readonly key: CoreKey
  readonly discoveryKey: DiscoveryKey
  readonly namespace: Namespace
  /** Null for the creator's core alone, until its first block has come. */
  readonly owner: DeviceId | null
  /** Sees ciphertext. This is what peers replicate with: it needs no data key. */
  readonly core: Hypercore
  /** Sees documents. Null while the hub is locked, for namespaces other than `auth`. */
  readonly reader: Hypercore | null
}

interface OpenedCore extends ProjectCore {
  reader: Hypercore | null
}

interface ProjectCoresEvents {
  'core-added': [core: ProjectCore]
  /** It is about to be closed: nobody may use it any more. */
  'core-removed': [core: ProjectCore]
}

/** Every core of one project that the hub keeps, each opened once on the shared store. */
export class ProjectCores extends Resource<ProjectCoresEvents> {
  readonly #store: Store
  readonly #authKey: Buffer
  readonly #ownerOf: (key: CoreKey) => DeviceId | null
  #secretKeys: Readonly<Record<SecretNamespace, Buffer>> | null = null
  readonly #cores = new Map<CoreKey, OpenedCore>()
  readonly #byDiscoveryKey = new Map<DiscoveryKey, ProjectCore>()
  readonly #opening = new Map<CoreKey, Promise<ProjectCore>>()

  constructor(parts: {
    store: Store
    /** 32 bytes: decrypts the auth cores. */
    authKey: Buffer
    ownerOf: (key: CoreKey) => DeviceId | null
  }) {
    super()
    this.#store = parts.store
    this.#authKey = parts.authKey
    this.#ownerOf = parts.ownerOf
  }

  /** In the order in which they were added. */
  all(): readonly ProjectCore[] {
    return [...this.#cores.values()]
  }

  get(key: CoreKey): ProjectCore | undefined {
    return this.#cores.get(key)
  }

  byDiscoveryKey(discoveryKey: DiscoveryKey): ProjectCore | undefined {
    return this.#byDiscoveryKey.get(discoveryKey)
  }

  /** Null when its block is not here, cannot be decrypted now, or holds no document. */
  async documentAt(versionId: VersionId): Promise<ComapeoDocument | null> {
    const [discoveryKey, position] = versionId.split('/') as [DiscoveryKey, string]
    const index = Number(position)
    const reader = this.#byDiscoveryKey.get(discoveryKey)?.reader ?? null
    const block = (await reader?.get(index, { wait: false })) ?? null
    return reader === null || block === null
      ? null
      : decodeDocument(block, { discoveryKey: reader.discoveryKey, index })
  }

  /** The core of one device in one namespace, once both are known. */
  of(owner: DeviceId, namespace: Namespace): ProjectCore | undefined {
    return this.all().find((core) => core.owner === owner && core.namespace === namespace)
  }

  /**
   * Opens a core and keeps it. Adding a core that is known returns the one that is open.
   * @param core.firstBlock a copy that is in memory, with the block that proves whose it is
   */
  async add(core: {
    key: CoreKey
    namespace: Namespace
    firstBlock?: Hypercore | undefined
  }): Promise<ProjectCore> {
    const known = this.#cores.get(core.key)
    if (known !== undefined) return known
    const opening = this.#opening.get(core.key)
    if (opening !== undefined) return opening
    const added = this.#add(core).finally(() => this.#opening.delete(core.key))
    this.#opening.set(core.key, added)
    return added
  }

  /** Gives every core a reader, and those that come later. */
  async unlock(secretKeys: Readonly<Record<SecretNamespace, Buffer>>): Promise<void> {
    this.#secretKeys = secretKeys
    await Promise.allSettled(this.#opening.values())
    for (const core of this.#cores.values()) {
      core.reader ??= await this.#openReader(core.core, core.namespace)
    }
  }

  /** Takes the readers away. Whoever reads has let go of them before. */
  async lock(): Promise<void> {
    this.#secretKeys = null
    await Promise.allSettled(this.#opening.values())
    for (const core of this.#cores.values()) {
      if (core.namespace === 'auth') continue
      const { reader } = core
      core.reader = null
      await reader?.close()
    }
  }

  /** Closes the cores of every namespace but `auth`, and keeps them no more. Whoever reads has let go of them before. */
  async removeAllButAuth(): Promise<void> {
    await Promise.allSettled(this.#opening.values())
    for (const core of this.#cores.values()) {
      if (core.namespace === 'auth') continue
      this.#cores.delete(core.key)
      this.#byDiscoveryKey.delete(core.discoveryKey)
      this.emit('core-removed', core)
      await core.reader?.close()
      await core.core.close()
    }
  }

  /** Opens a core in memory, without keeping it: for a core that nobody has proved to be theirs yet. */
  async openUnproven(key: CoreKey): Promise<{ core: Hypercore; reader: Hypercore }> {
    const core = await openCore(MemoryDatabase.storage({ maxBytes: MAX_UNPROVEN_BYTES }), key)
    return { core, reader: await this.#session(core, this.#authKey) }
  }

  protected override async _close() {
    await Promise.allSettled(this.#opening.values())
    for (const { core, reader } of this.#cores.values()) {
      await reader?.close()
      await core.close()
    }
  }

  async #add({ key, namespace, firstBlock }: Parameters<ProjectCores['add']>[0]): Promise<ProjectCore> {
    const core = await openCore(this.#store.cores, key)
    if (firstBlock !== undefined) await this.#takeFirstBlock(firstBlock, core)
    const reader = await this.#openReader(core, namespace)
    const ownerOf = this.#ownerOf
    const added: OpenedCore = {
      key,
      discoveryKey: core.discoveryKey.toString('hex') as DiscoveryKey,
      namespace,
      get owner() {
        return ownerOf(key)
      },
      core,
      reader
    }
    this.#cores.set(key, added)
    this.#byDiscoveryKey.set(added.discoveryKey, added)
    this.emit('core-added', added)
    return added
  }

  /** What cannot be taken over comes again, from whoever brought it. */
  async #takeFirstBlock(source: Hypercore, core: Hypercore): Promise<void> {
    try {
      await takeLength(source, core)
    } catch {
      return
    }
    const byteLength = await takeBlock(source, core, 0)
    if (byteLength !== null) this.#store.noteWritten(byteLength)
  }

  async #openReader(core: Hypercore, namespace: Namespace): Promise<Hypercore | null> {
    const key = namespace === 'auth' ? this.#authKey : this.#secretKeys?.[namespace]
    return key === undefined ? null : this.#session(core, key)
  }

  async #session(core: Hypercore, key: Buffer): Promise<Hypercore> {
    const reader = core.session({ encryption: { key } })
    await reader.ready()
    return reader
  }
}

async function openCore(storage: HypercoreStorage, key: CoreKey): Promise<Hypercore> {
  // CoMapeo cores have no manifest: the key is the signer's public key, which the library calls compat.
  const core = new Hypercore(storage, Buffer.from(key, 'hex'), { compat: true })
  await core.ready()
  return core
}
