import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, syncDirectory, UNFINISHED_SUFFIX } from './durable-file.ts'

const MEBIBYTE = 1024 * 1024

/** Both column families' buffers, written once to tables and once to blob files, and some for the database's own records. */
export const RESERVE_BYTES = 24 * MEBIBYTE
/** At most this share of a small card. */
const RESERVE_SHARE = 1 / 8

/**
 * A file that holds nothing but its place. A database that was closed in haste writes its buffers to tables when it is
 * opened; on a card that somebody else has filled to the last byte it could not, and would never open again. Then this file
 * goes, and comes back when there is room.
 */
export class Reserve {
  readonly #path: string

  /** @param directory the data directory */
  constructor(directory: string) {
    this.#path = join(directory, 'reserve')
  }

  /** Gives its place to the store. @returns false when there is none to give */
  async giveUp(): Promise<boolean> {
    try {
      await stat(this.#path)
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
    await rm(this.#path)
    return true
  }

  /** Takes the place again, when it is not held. On a card that is full by then it takes none. */
  async take(totalBytes: number): Promise<void> {
    const byteLength = Math.min(RESERVE_BYTES, Math.floor(totalBytes * RESERVE_SHARE))
    const held = await stat(this.#path).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (held !== null) return
    const unfinished = `${this.#path}${UNFINISHED_SUFFIX}`
    try {
      await writeZeros(unfinished, byteLength)
      await rename(unfinished, this.#path)
      await syncDirectory(join(this.#path, '..'))
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  }
}

/** Written, and not merely made long: a file with holes holds no place. */
async function writeZeros(path: string, byteLength: number): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    const zeros = Buffer.alloc(MEBIBYTE)
    for (let left = byteLength; left > 0; left -= zeros.byteLength) {
      await file.write(zeros, 0, Math.min(left, zeros.byteLength))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
