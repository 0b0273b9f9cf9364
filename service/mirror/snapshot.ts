import type Hyperbee from 'hyperbee'
import type Hypercore from 'hypercore'
import { decodeDocument, type ComapeoDocument } from '../wire/documents.ts'
import { readContent } from './contents.ts'
import { decodeCore, type CoreEntry } from './core-entry.ts'
import { noCounts, type Counts } from './counts.ts'
import { openBee, type Meta } from './indexer.ts'
import { ALL_CORES, coreKey, META_KEY } from './layout.ts'
import { indexOfRef, tagOfRef } from './version-ref.ts'

/** The mirror as it was at one moment. Whatever is written meanwhile, all that one query reads fits together. */
export class Snapshot {
  readonly bee: Hyperbee<Buffer, Buffer>
  readonly #cores = new Map<string, CoreEntry | null>()

  constructor(core: Hypercore) {
    this.bee = openBee(core.snapshot())
  }

  async counts(): Promise<Counts> {
    const entry = await this.bee.get(META_KEY)
    return entry === null ? noCounts() : (JSON.parse(entry.value.toString()) as Meta).counts
  }

  async cores(): Promise<CoreEntry[]> {
    const cores: CoreEntry[] = []
    for await (const { value } of this.bee.createReadStream(ALL_CORES)) cores.push(decodeCore(value))
    return cores
  }

  async coreOf(tag: Buffer): Promise<CoreEntry | null> {
    const id = tag.toString('hex')
    const known = this.#cores.get(id)
    if (known !== undefined) return known
    const entry = await this.bee.get(coreKey(tag))
    const core = entry === null ? null : decodeCore(entry.value)
    this.#cores.set(id, core)
    return core
  }

  /** @returns null when the mirror has no document there */
  async version(ref: Buffer): Promise<ComapeoDocument | null> {
    const core = await this.coreOf(tagOfRef(ref))
    const block = await readContent(this.bee, ref)
    if (core === null || block === null) return null
    return decodeDocument(block, {
      discoveryKey: Buffer.from(core.discoveryKey, 'hex'),
      index: indexOfRef(ref)
    })
  }

  async close(): Promise<void> {
    await this.bee.close()
  }
}
