import Hyperbee from 'hyperbee'
import Hyperblobs from 'hyperblobs'
import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { CoreKey, DeviceId, DiscoveryKey, Namespace } from '../../../service/ids.ts'
import type { ProjectCore } from '../../../service/projects/project-cores.ts'
import { BlobCatalog } from '../../../service/sync/blob-catalog.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'

export const BLOB_BLOCK_BYTES = 65_536

/** A file as CoMapeo's phones write it: its bytes into the blob core, and what it is into the index. */
export class PhotoWriter {
  readonly index: Hypercore
  readonly blob: Hypercore
  readonly #bee: Hyperbee<string, unknown>
  readonly #blobs: Hyperblobs

  constructor(index: Hypercore, blob: Hypercore) {
    this.index = index
    this.blob = blob
    this.#blobs = new Hyperblobs(blob)
    // CoMapeo peer protocol: a hyperbee whose header names the blob core, with the files in one sub.
    this.#bee = new Hyperbee<string, unknown>(index, {
      keyEncoding: 'utf-8',
      valueEncoding: 'json',
      metadata: { contentFeed: blob.key }
    })
  }

  /** @returns the blocks of the blob core that the file takes */
  async write(path: string, byteLength: number): Promise<{ start: number; end: number }> {
    const blob = await this.#blobs.put(randomBytes(byteLength))
    await this.writeEntry(path, {
      executable: false,
      linkname: null,
      blob,
      metadata: { mimeType: 'image/jpeg' }
    })
    return { start: blob.blockOffset, end: blob.blockOffset + blob.blockLength }
  }

  /** Writes whatever a device may write of a file. */
  async writeEntry(path: string, value: unknown): Promise<void> {
    const files = this.#bee.sub('files', { keyEncoding: 'utf-8', valueEncoding: 'json' })
    await files.put(path, value)
  }

  async remove(path: string): Promise<void> {
    await this.#bee.sub('files', { keyEncoding: 'utf-8', valueEncoding: 'json' }).del(path)
  }
}

/** A device's two cores for photos, and the hub's catalog of them, read from the same cores. */
export async function openCatalog(t: Test, directory: string) {
  const store = await openStore(t, join(directory, 'device'))
  const open = async (): Promise<Hypercore> => {
    const keyPair = generateKeyPair()
    const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
    await core.ready()
    t.teardown(() => core.close())
    return core
  }
  const [index, blob] = [await open(), await open()]
  const writer = new PhotoWriter(index, blob)
  const catalog = catalogOf(index)
  return { writer, catalog, blob: projectCoreOf(blob, 'blob') }
}

export function catalogOf(index: Hypercore): BlobCatalog {
  return new BlobCatalog({ index: projectCoreOf(index, 'blobIndex'), logger: pino({ level: 'silent' }) })
}

export function projectCoreOf(core: Hypercore, namespace: Namespace): ProjectCore {
  return {
    key: core.key.toString('hex') as CoreKey,
    discoveryKey: core.discoveryKey.toString('hex') as DiscoveryKey,
    namespace,
    owner: randomBytes(32).toString('hex') as DeviceId,
    core,
    reader: core
  }
}
