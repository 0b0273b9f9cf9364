import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '@comapeo/schema'
import type { ComapeoDocEncode } from '@comapeo/schema'
import Hyperbee from 'hyperbee'
import Hypercore from 'hypercore'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock } from '../../../service/clock.ts'
import type {
  CoreKey,
  DeviceId,
  DiscoveryKey,
  Namespace,
  ProjectId,
  VersionId
} from '../../../service/ids.ts'
import { Mirror } from '../../../service/mirror/mirror.ts'
import { Mirrors } from '../../../service/mirror/mirrors.ts'
import type { SourceCore } from '../../../service/mirror/source.ts'
import { versionIdOf } from '../../../service/mirror/version-ref.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import type { LedgerKeys } from '../../../service/storage/ledger-keys.ts'
import { Store } from '../../../service/storage/store.ts'

const logger = pino({ level: 'silent' })
const BLOB_BLOCK_BYTES = 64 * 1024

/** Cores of a project in a real store, and mirrors that are made from them. Everything closes with the test. */
export class Project extends EventEmitter<{ 'core-added': [SourceCore] }> {
  readonly store: Store
  readonly #cores: SourceCore[] = []
  readonly #opened: Hypercore[] = []

  private constructor(store: Store) {
    super()
    this.store = store
  }

  static async open(t: Test): Promise<Project> {
    // Not `t.testdir()`: that is removed before the store is closed.
    const directory = await mkdtemp(join(tmpdir(), 'waystation-mirror-'))
    const store = new Store({ directory, clock: systemClock, logger })
    await store.ready()
    const project = new Project(store)
    t.teardown(async () => {
      for (const core of project.#opened) await core.close()
      await store.close()
      await rm(directory, { recursive: true })
    })
    return project
  }

  cores(): readonly SourceCore[] {
    return this.#cores
  }

  add(core: SourceCore): void {
    this.#cores.push(core)
    this.emit('core-added', core)
  }

  /** @param namespaces of the cores that the source names at once */
  async author(namespaces: readonly Namespace[] = ['auth', 'config', 'data']): Promise<Author> {
    const author = await Author.create(this)
    for (const namespace of namespaces) this.add(author.core(namespace))
    return author
  }

  /** A core that is written here, or read when only its key is given. */
  async openCore(keys: { publicKey: Buffer; secretKey?: Buffer }, encryptionKey: Buffer): Promise<Hypercore> {
    const core = new Hypercore(this.store.cores, keys.publicKey, {
      compat: true,
      ...(keys.secretKey === undefined ? {} : { keyPair: keys }),
      encryption: { key: encryptionKey }
    })
    await core.ready()
    this.#opened.push(core)
    return core
  }

  async mirrorCore(): Promise<Hypercore> {
    return this.openCore(generateKeyPair(), randomBytes(32))
  }

  /** A mirror that has indexed all that is here. */
  async mirror(t: Test, core?: Hypercore): Promise<Mirror> {
    const mirror = new Mirror({
      projectId: 'project' as ProjectId,
      core: core ?? (await this.mirrorCore()),
      source: this,
      clock: systemClock,
      logger
    })
    await mirror.ready()
    t.teardown(() => mirror.close())
    await mirror.caughtUp()
    return mirror
  }
}

/** The mirrors of a hub, on the store of a project. */
export async function openMirrors(t: Test, project: Project) {
  let kept: unknown = null
  const mirrors = new Mirrors({
    store: project.store,
    keyFile: () => ({ read: async () => kept, write: async (keys) => void (kept = keys) }),
    clock: systemClock,
    logger
  })
  const id = 'project' as ProjectId
  await mirrors.add(id, project)
  t.teardown(() => mirrors.close())
  return { mirrors, id, kept: () => kept as LedgerKeys }
}

type Fields = Partial<ComapeoDocEncode<'observation'>>

/** One device: writes documents and files as phones do. */
export class Author {
  readonly deviceId: DeviceId
  /** One for all cores: enough for tests. */
  readonly encryptionKey: Buffer
  readonly #cores: ReadonlyMap<Namespace, SourceCore>

  private constructor(deviceId: DeviceId, encryptionKey: Buffer, cores: ReadonlyMap<Namespace, SourceCore>) {
    this.deviceId = deviceId
    this.encryptionKey = encryptionKey
    this.#cores = cores
  }

  static async create(project: Project): Promise<Author> {
    const deviceId = randomBytes(32).toString('hex') as DeviceId
    const encryptionKey = randomBytes(32)
    const cores = new Map<Namespace, SourceCore>()
    for (const namespace of ['auth', 'config', 'data', 'blobIndex', 'blob'] as const) {
      const core = await project.openCore(generateKeyPair(), encryptionKey)
      cores.set(namespace, sourceCore(core, namespace, deviceId))
    }
    return new Author(deviceId, encryptionKey, cores)
  }

  core(namespace: Namespace): SourceCore {
    const core = this.#cores.get(namespace)
    if (core === undefined) throw new Error(`No ${namespace} core`)
    return core
  }

  get driveId(): DiscoveryKey {
    return this.core('blobIndex').discoveryKey
  }

  async append(namespace: Namespace, block: Buffer): Promise<VersionId> {
    const { core, discoveryKey } = this.core(namespace)
    const { length } = await core.append(block)
    return versionIdOf(discoveryKey, length - 1)
  }

  observe(fields: Fields = {}): Promise<VersionId> {
    return this.append('data', observation(fields))
  }

  /** Writes the bytes and then the entry. @returns the hex SHA-256 */
  async writeFile(path: string, bytes: Buffer): Promise<string> {
    const blob = this.core('blob').core
    const byteOffset = blob.byteLength
    const blockOffset = blob.length
    const blocks: Buffer[] = []
    for (let at = 0; at < bytes.length; at += BLOB_BLOCK_BYTES)
      blocks.push(bytes.subarray(at, at + BLOB_BLOCK_BYTES))
    await blob.append(blocks)
    const place = { byteOffset, blockOffset, blockLength: blocks.length, byteLength: bytes.length }
    await this.writeFileEntry(path, place)
    return createHash('sha256').update(bytes).digest('hex')
  }

  /** Many small files, of one block each, with one turn at each core. */
  async writeSmallFiles(files: ReadonlyMap<string, Buffer>): Promise<void> {
    const blob = this.core('blob').core
    let [byteOffset, blockOffset] = [blob.byteLength, blob.length]
    await blob.append([...files.values()])
    const bee = this.#fileIndex(this.core('blob').key)
    const batch = bee.sub<string, object>('files', { keyEncoding: 'utf-8', valueEncoding: 'json' }).batch()
    for (const [path, { length: byteLength }] of files) {
      await batch.put(path, fileEntry({ byteOffset, blockOffset, blockLength: 1, byteLength }))
      byteOffset += byteLength
      blockOffset += 1
    }
    await batch.flush()
    await bee.close()
  }

  /** @param place null: the file is taken out of the index */
  async writeFileEntry(
    path: string,
    place: object | null,
    contentFeed = this.core('blob').key
  ): Promise<void> {
    const bee = this.#fileIndex(contentFeed)
    const files = bee.sub<string, object>('files', { keyEncoding: 'utf-8', valueEncoding: 'json' })
    if (place === null) await files.del(path)
    else await files.put(path, fileEntry(place))
    await bee.close()
  }

  #fileIndex(contentFeed: string) {
    return new Hyperbee(this.core('blobIndex').core.session(), {
      keyEncoding: 'binary',
      valueEncoding: 'json',
      metadata: { contentFeed: Buffer.from(contentFeed, 'hex') }
    })
  }
}

function fileEntry(place: object) {
  return { executable: false, linkname: null, blob: place, metadata: { mimeType: 'image/jpeg' } }
}

/** Copies blocks of a core into one that was opened with the same key in another project. */
export async function copyBlocks(from: Hypercore, to: Hypercore, blocks: number[]): Promise<void> {
  const [near, far] = [to.replicate(true), from.replicate(false)]
  near.pipe(far).pipe(near)
  await to.download({ blocks }).done()
  near.destroy()
  far.destroy()
}

export function sourceCore(core: Hypercore, namespace: Namespace, owner: DeviceId): SourceCore {
  return {
    key: core.key.toString('hex') as CoreKey,
    discoveryKey: core.discoveryKey.toString('hex') as DiscoveryKey,
    namespace,
    owner,
    core
  }
}

export function docId(): string {
  return randomBytes(32).toString('hex')
}

export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
}

/** A block. A version after others names them in `links` and the first one in `originalVersionId`. */
export function observation(fields: Fields): Buffer {
  return encode({
    schemaName: 'observation',
    docId: docId(),
    createdAt: at(0),
    updatedAt: at(0),
    deleted: false,
    links: [],
    attachments: [],
    tags: {},
    ...fields
  } as ComapeoDocEncode<'observation'>)
}
