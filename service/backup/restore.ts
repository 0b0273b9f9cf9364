import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RestoredProjects, RESTORED_FILE } from '../projects/restored-projects.ts'
import {
  isMissing,
  makeDirectory,
  readIfPresent,
  syncDirectory,
  writeDurably
} from '../storage/durable-file.ts'
import { eraseKeys } from '../system/factory-reset.ts'
import type { BackupContents } from './backup-file.ts'

/** Below the data directory: what is to take the place of everything else there. */
const STAGE = 'restoring'

/** Everything is there. */
const READY = 'ready'
/** What was there before is gone: from here on names are moved and nothing is deleted. */
const CLEARED = 'cleared'

const KEPT_IN = 'contents'

const PROJECTS = /^keys\/ready\/projects\/([a-z0-9]+)$/

/**
 * Lays a backup beside what a hub keeps. Durable when it resolves; the next start of the hub takes it.
 * @param directory the data directory
 */
export async function stageRestore(directory: string, { files }: BackupContents): Promise<void> {
  const stage = join(directory, STAGE)
  await rm(stage, { recursive: true, force: true })
  for (const [path, bytes] of Object.entries(files)) {
    const target = join(stage, KEPT_IN, path)
    await makeDirectory(dirname(target))
    await writeDurably(target, Buffer.from(bytes, 'base64'))
  }
  const projects = Object.keys(files).flatMap((path) => PROJECTS.exec(path)?.[1] ?? [])
  await RestoredProjects.write(join(stage, KEPT_IN, RESTORED_FILE), projects)
  await writeDurably(join(stage, READY), '')
}

/**
 * Puts a backup that was laid beside in the place of everything that the hub kept, the old keys overwritten. Goes on where
 * power was cut. To be called before a hub is started. @returns whether there was one
 */
export async function finishRestore(directory: string): Promise<boolean> {
  const stage = join(directory, STAGE)
  if ((await readIfPresent(join(stage, READY))) === null) {
    // One that was cut while it was written: whoever sent it sends it again.
    await rm(stage, { recursive: true, force: true })
    return false
  }
  if ((await readIfPresent(join(stage, CLEARED))) === null) {
    await eraseKeys(join(directory, 'keys'))
    for (const name of await readdir(directory)) {
      if (name !== STAGE && name !== 'lost+found')
        await rm(join(directory, name), { recursive: true, force: true })
    }
    await writeDurably(join(stage, CLEARED), '')
  }
  const contents = join(stage, KEPT_IN)
  for (const name of await readdir(contents).catch(noneIfMissing)) {
    await rename(join(contents, name), join(directory, name))
  }
  await syncDirectory(directory)
  await rm(stage, { recursive: true })
  await syncDirectory(directory)
  return true
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) return []
  throw error
}
