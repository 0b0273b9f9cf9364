import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readIfPresent, syncDirectory, writeDurably } from '../storage/durable-file.ts'
import { eraseFile } from '../storage/erase.ts'

/** Says that everything here is to go. It is the last to be removed, so that a cut in the middle is gone on from. */
const MARKER = 'resetting'

/** Keys go first: without them what is left of the rest cannot be read. */
const KEYS = 'keys'

/**
 * Deletes everything that a stopped hub kept: the keys first, which are overwritten, then the rest. The directory itself
 * stays. A card may keep old pages out of anybody's reach: docs/operating.md says what that means.
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

/** Names in `keys/` that open everything else come first: whoever pulls the plug meanwhile saves nothing. */
const OPENS_THE_REST = /^(seal|identity|root-key)/

/** Overwrites and removes the keys of a hub that is not running. */
export async function eraseKeys(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (isMissing(error)) return []
      throw error
    }
  )
  const files = entries.filter((entry) => entry.isFile())
  const [first, then] = [
    files.filter(({ name }) => OPENS_THE_REST.test(name)),
    files.filter(({ name }) => !OPENS_THE_REST.test(name))
  ]
  for (const { parentPath, name } of [...first, ...then]) await eraseFile(join(parentPath, name))
  await rm(directory, { recursive: true, force: true })
}

function busy(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EBUSY' && code !== 'EPERM' && code !== 'EACCES') throw error
}
