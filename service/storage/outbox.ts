import { rm } from 'node:fs/promises'
import { WaystationError } from '../errors.ts'
import { readChecked, writeChecked } from './checked-file.ts'

/** Blocks that are about to be appended, as the core stores them: encrypted when the core is. */
export interface PendingAppend {
  /** That of the first block. */
  index: number
  blocks: Buffer[]
}

/** At most one append of one core, on the card before the core sees it. */
export class Outbox {
  readonly #path: string

  /** @param path the file; there is none while nothing is pending */
  constructor(path: string) {
    this.#path = path
  }

  async write({ index, blocks }: PendingAppend): Promise<void> {
    const lengths = blocks.map((block) => block.byteLength)
    const header = Buffer.from(`${JSON.stringify({ index, lengths })}\n`)
    await writeChecked(this.#path, Buffer.concat([header, ...blocks]))
  }

  /** @returns null when nothing is pending. A damaged file counts as none, and is removed. */
  async read(): Promise<PendingAppend | null> {
    try {
      const bytes = await readChecked(this.#path)
      return bytes === null ? null : decode(bytes)
    } catch (error) {
      if (!(error instanceof WaystationError && error.code === 'FILE_DAMAGED')) throw error
      // Whoever wrote it was never told that it was appended, and no peer has seen it while it stood here.
      await this.clear()
      return null
    }
  }

  /** Not durable: when a cut brings the file back, it names blocks that the core already holds. */
  async clear(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

function decode(bytes: Buffer): PendingAppend {
  const headerEnd = bytes.indexOf('\n')
  // The digest has proved that these are the bytes that `write` wrote.
  const header = JSON.parse(bytes.toString('utf8', 0, headerEnd)) as { index: number; lengths: number[] }
  let start = headerEnd + 1
  const blocks = header.lengths.map((length) => bytes.subarray(start, (start += length)))
  return { index: header.index, blocks }
}
