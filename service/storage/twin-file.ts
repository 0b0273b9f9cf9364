import { WaystationError } from '../errors.ts'
import { readChecked, withDigest } from './checked-file.ts'
import { eraseFile, replaceErasing } from './erase.ts'

const COPY_SUFFIX = '.copy'

/** @returns whether a file of this name is the second copy of another */
export function isCopy(name: string): boolean {
  return name.endsWith(COPY_SUFFIX)
}

/**
 * A small file that must not be lost to one bad sector: two copies with digests, each repaired from the other when it is
 * read. A change leaves nothing of what stood there before.
 */
export class TwinFile {
  readonly #original: string
  readonly #copy: string

  /** @param path its directory must exist before it is written */
  constructor(path: string) {
    this.#original = path
    this.#copy = path + COPY_SUFFIX
  }

  /**
   * @returns what was written last, or null when there is neither copy
   * @throws FILE_DAMAGED when no copy holds what was written to it
   */
  async read(): Promise<Buffer | null> {
    const [original, copy] = [await readIfWhole(this.#original), await readIfWhole(this.#copy)]
    const bytes = original instanceof Buffer ? original : copy
    if (bytes instanceof Buffer) {
      // The original is written first: where both are whole and differ, a cut came between the two.
      if (!(original instanceof Buffer)) await replaceErasing(this.#original, withDigest(bytes))
      if (!(copy instanceof Buffer && copy.equals(bytes))) await replaceErasing(this.#copy, withDigest(bytes))
      return bytes
    }
    if (original === null && copy === null) return null
    throw new WaystationError(
      'FILE_DAMAGED',
      `Neither copy of ${this.#original} holds what was written to it`
    )
  }

  /** Durable when it resolves. After a cut either the new content is there or the old one, never none. */
  async write(bytes: Uint8Array): Promise<void> {
    const checked = withDigest(bytes)
    await replaceErasing(this.#original, checked)
    await replaceErasing(this.#copy, checked)
  }

  /** Overwrites and removes both copies. A cut in between may bring it back. */
  async erase(): Promise<void> {
    await eraseFile(this.#original)
    await eraseFile(this.#copy)
  }
}

async function readIfWhole(path: string): Promise<Buffer | 'damaged' | null> {
  try {
    return await readChecked(path)
  } catch (error) {
    if (error instanceof WaystationError && error.code === 'FILE_DAMAGED') return 'damaged'
    throw error
  }
}
