import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { WaystationError } from '../errors.ts'

const run = promisify(execFile)

/** Where exports lie on the stick: people find them, and nothing else of theirs is touched. */
const FOLDER = 'Waystation'

/** Left free on the stick: directories and the table of the file system grow, too. */
const RESERVE_BYTES = 8 * 1024 * 1024

/** A stick in the USB port. Mounting it is the machine's affair. */
export class UsbStick {
  readonly #directory: string | null
  readonly #isMounted: (directory: string) => Promise<boolean>

  /** @param parts.directory where it is mounted when there is one; null where the hub offers no export to one */
  constructor(parts: { directory: string | null; isMounted?: (directory: string) => Promise<boolean> }) {
    this.#directory = parts.directory
    this.#isMounted = parts.isMounted ?? isMountPoint
  }

  /** @returns null while none is plugged in */
  async freeBytes(): Promise<number | null> {
    const directory = await this.#find()
    if (directory === null) return null
    const { bavail, bsize } = await statfs(directory)
    return Math.max(0, bavail * bsize - RESERVE_BYTES)
  }

  /**
   * Writes one file. It has its name only when it is whole and on the stick: the stick may be pulled out then.
   * @throws USB_MISSING, USB_FULL
   */
  async write(name: string, chunks: AsyncIterable<string | Uint8Array>, signal: AbortSignal): Promise<void> {
    const directory = await this.#find()
    if (directory === null) throw new WaystationError('USB_MISSING')
    const path = join(directory, FOLDER, name)
    const unfinished = `${path}.part`
    try {
      await mkdir(dirname(path), { recursive: true })
      await pipeline(chunks, createWriteStream(unfinished), { signal })
      await syncFile(unfinished)
      await rename(unfinished, path)
      // The whole file system: on FAT the place of the new name is written late.
      await run('sync', ['--file-system', path])
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {
        // The stick is gone, and the unfinished file with it.
      })
      throw usbError(error)
    }
  }

  async #find(): Promise<string | null> {
    const directory = this.#directory
    return directory !== null && (await this.#isMounted(directory)) ? directory : null
  }
}

/** Without a stick the directory is a part of the card, and an export would fill that. */
async function isMountPoint(directory: string): Promise<boolean> {
  try {
    const [own, above] = await Promise.all([stat(directory), stat(dirname(directory))])
    return own.isDirectory() && own.dev !== above.dev
  } catch {
    // Nothing is there.
    return false
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function usbError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new WaystationError('USB_FULL', undefined, { cause: error })
    case 'EFBIG':
      return new WaystationError('USB_FULL', 'The stick takes no file of this size: format it as exFAT', {
        cause: error
      })
    case 'EIO':
    case 'ENODEV':
    case 'ENOENT':
      return new WaystationError('USB_MISSING', 'The USB stick was pulled out before its time', {
        cause: error
      })
    default:
      return error
  }
}
