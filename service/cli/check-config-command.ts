import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { loadConfig } from './load-config.ts'

/** `waystation check-config FILE`: says what is wrong with a configuration file, before a hub runs on it. */
export function addCheckConfigCommand(program: Command, context: CliContext): void {
  program
    .command('check-config')
    .description('check a configuration file; ends with 2 and says why when it is not accepted')
    .argument('<FILE>', 'the file, TOML')
    .action(async (file: string) => {
      await loadConfig({ config: file }, [], context.env)
    })
}
