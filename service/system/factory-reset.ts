import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, syncDirectory, writeDurably } from '../storage/durable-file.ts'

/** Says that everything here is to go. It is the last to be removed, so that a cut in the middle is gone on from. */
const MARKER = 'resetting'

/** Keys go first: without them what is left of the rest cannot be read. */
const KEYS = 'keys'

/**
 * Deletes everything that a stopped hub kept: the keys first, then the rest. The directory itself stays. On a card the old
 * pages are out of reach, and not erased: docs/operating.md says what that means.
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
  await rm(join(directory, KEYS), { recursive: true, force: true })
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

function busy(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EBUSY' && code !== 'EPERM' && code !== 'EACCES') throw error
}
