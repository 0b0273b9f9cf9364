import type { Command } from 'commander'
import { SETTING_NAMES } from '../config.ts'
import type { CliContext } from './context.ts'
import { addSettingOptions, loadConfig, type SettingFlags } from './load-config.ts'

/** `waystation run`: the hub itself, until a signal stops it. */
export function addRunCommand(program: Command, context: CliContext): void {
  const command = program.command('run').description('run the hub until SIGINT or SIGTERM')
  addSettingOptions(command, SETTING_NAMES).action(async (flags: SettingFlags) => {
    await context.serve(await loadConfig(flags, SETTING_NAMES, context.env))
  })
}
