import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SETTINGS_FILE } from '../system/settings.ts'
import { readIfPresent, UNFINISHED_SUFFIX } from '../storage/durable-file.ts'
import type { BackupContents } from './backup-file.ts'

const KEYS = 'keys'

/** How long cores were: it keeps a restored hub from writing into its own before phones have brought them back. */
const LENGTHS = 'core-lengths'

/**
 * Stays behind. The token is for this machine. What was sealed with the keys of mirrors and ledger is not in the backup
 * either, and other words under the same key stream would give both away.
 */
const LEFT_OUT = /^(operator-token|secret\/(mirrors|ledger)(\/|\.|$))/

/**
 * Reads what makes the hub itself, also while it runs: each file is replaced as a whole.
 * @param directory the data directory
 * @param madeAt milliseconds since 1970
 */
export async function collectBackup(directory: string, madeAt: number): Promise<BackupContents> {
  const files: Record<string, string> = {}
  const entries = await readdir(join(directory, KEYS), { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const name = join(entry.parentPath, entry.name).slice(join(directory, KEYS).length + 1)
    if (!entry.isFile() || name.endsWith(UNFINISHED_SUFFIX) || LEFT_OUT.test(name)) continue
    files[`${KEYS}/${name}`] = (await readFile(join(directory, KEYS, name))).toString('base64')
  }
  for (const name of [LENGTHS, SETTINGS_FILE]) {
    const bytes = await readIfPresent(join(directory, name))
    if (bytes !== null) files[name] = bytes.toString('base64')
  }
  return { madeAt, files }
}
