import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readIfPresent, syncDirectory, writeDurably } from '../storage/durable-file.ts'
import { eraseFile } from '../storage/erase.ts'

/** Says that everything here is to go. It is the last to be removed, so that a cut in the middle is gone on from. */
const MARKER = 'resetting'

/** Keys go first: without them what is left of the rest cannot be read. */
const KEYS = 'keys'

/**
 * Deletes everything that a stopped hub kept: the keys are overwritten first, then the rest goes. The directory itself stays.
 * A flash card may keep old pages out of reach: docs/operating.md says what that means.
 *
 * @param directory the data directory of a hub that is not running
 */
export async function resetEverything(directory: string): Promise<void> {
  await writeDurably(join(directory, MARKER), '')
  await finishReset(directory)
}

/** Goes on with a reset that power was cut from. To be called before a hub is started. @returns whether there was one */
export async function finishReset(directory: string): Promise<boolean> {
  if ((await readIfPresent(join(directory, MARKER))) === null) return false
  await eraseKeys(join(directory, KEYS))
  await syncDirectory(directory)
  for (const name of await readdir(directory)) {
    // A directory that something is mounted on, such as the file system's own lost+found, may refuse to go.
    if (name !== MARKER) await rm(join(directory, name), { recursive: true, force: true }).catch(busy)
  }
  await syncDirectory(directory)
  await rm(join(directory, MARKER))
  await syncDirectory(directory)
  return true
}

/** Overwrites each file before it goes: what the file system gives back afterwards must not be a key. */
async function eraseKeys(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(none)
  for (const entry of entries) if (entry.isFile()) await eraseFile(join(entry.parentPath, entry.name))
  await rm(directory, { recursive: true, force: true })
}

function none(error: unknown): [] {
  if (isMissing(error)) return []
  throw error
}

function busy(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EBUSY' && code !== 'EPERM' && code !== 'EACCES') throw error
}
