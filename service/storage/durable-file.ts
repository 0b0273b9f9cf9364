import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Everything below the data directory is for the hub's own user alone. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

/** What `writeDurably` was still writing when the power went. Never complete by promise: ignore or remove it. */
export const UNFINISHED_SUFFIX = '.tmp'

/**
 * Replaces a file as a whole. When it resolves, the new content is on the card; after a cut at any moment the file is
 * either the old one or the new one, never a mixture. The file is readable by the hub's user only.
 *
 * @param path its directory must exist (`makeDirectory`)
 */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const unfinished = await writeUnfinished(path, bytes)
  try {
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/**
 * Writes the whole content beside `path`, on the card, for a caller that then gives it its name.
 *
 * @returns the path of the unfinished file, which the caller renames, links or removes
 */
export async function writeUnfinished(path: string, bytes: Uint8Array | string): Promise<string> {
  // A name of its own for each write: two at once on the same file must not write into each other.
  const name = `${basename(path)}.${randomBytes(4).toString('hex')}${UNFINISHED_SUFFIX}`
  const unfinished = join(dirname(path), name)
  const file = await open(unfinished, 'wx', FILE_MODE)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return unfinished
}

/** @returns the content, or null when there is no such file */
export async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Makes a directory and those above it that are missing. When it resolves, a cut does not take them away again. */
export async function makeDirectory(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
  if (firstMade === undefined) return
  // Each new entry lives in the directory above it, up to the one that was there before.
  const top = dirname(firstMade)
  for (let above = dirname(path); ; above = dirname(above)) {
    await syncDirectory(above)
    if (above === top) return
  }
}

/** Puts the names in a directory on the card: those of new, renamed and removed files. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** @returns whether a file system call failed because there is no such file or directory */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
