import { readdir } from 'node:fs/promises'
import type { Command } from 'commander'
import { DirectoryLock } from '../storage/directory-lock.ts'
import { isMissing } from '../storage/durable-file.ts'
import { resetEverything } from '../system/factory-reset.ts'
import type { CliContext } from './context.ts'
import { addSettingOptions, loadConfig, type SettingFlags } from './load-config.ts'

/** `waystation wipe --yes`: what the reset on the page does, for a hub that is stopped or does not start. */
export function addWipeCommand(program: Command, context: CliContext): void {
  const command = program
    .command('wipe')
    .description('delete everything that a stopped hub keeps, the keys first; cannot be undone')
    .option('--yes', 'delete it')
  addSettingOptions(command, ['data']).action(async (flags: SettingFlags & { yes?: true }) => {
    const { data } = await loadConfig(flags, ['data'], context.env)
    if (!(await isDataDirectory(data))) throw new Error(`${data} is not the data directory of a hub`)
    if (!flags.yes) throw new Error(`This deletes all that the hub in ${data} keeps: say so with --yes`)
    const lock = new DirectoryLock(data)
    await lock.ready()
    try {
      await resetEverything(data)
    } finally {
      await lock.close()
    }
    context.stdout.write(`Nothing is left in ${data}: the next start makes a new hub.\n`)
  })
}

/** A slip of the keyboard must not delete somebody's home. One that was being wiped when the power went counts. */
async function isDataDirectory(path: string): Promise<boolean> {
  const names: string[] = await readdir(path).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.includes('keys') || names.includes('resetting')
}
