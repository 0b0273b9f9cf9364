import { Command, CommanderError } from 'commander'
import { WaystationError } from '../errors.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { VERSION } from '../version.ts'
import type { CliContext } from './context.ts'
import { addCheckConfigCommand } from './check-config-command.ts'
import { addExportCommand } from './export-command.ts'
import { addInvitesCommand } from './invites-command.ts'
import { addLockCommands } from './lock-command.ts'
import { addProjectsCommand } from './projects-command.ts'
import { addRebuildMirrorCommand } from './rebuild-mirror-command.ts'
import { addRunCommand } from './run-command.ts'
import { addStatusCommand } from './status-command.ts'
import { addWipeCommand } from './wipe-command.ts'

/**
 * Runs one command.
 * @param args without the program's own name
 * @returns the exit code: see EXIT_CODES
 */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT_CODES.stopped
  const serve: CliContext['serve'] = async (config) => (exitCode = await context.serve(config))
  try {
    await createProgram({ ...context, serve }).parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has told what was wrong, or has printed the help or the version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.stopped : EXIT_CODES.usage
    context.stderr.write(`waystation: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof WaystationError && error.code === 'CONFIG_INVALID'
      ? EXIT_CODES.usage
      : EXIT_CODES.failed
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command('waystation')
    .description('An offline sync hub for CoMapeo phones.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text)
    })
  addRunCommand(program, context)
  addStatusCommand(program, context)
  addProjectsCommand(program, context)
  addInvitesCommand(program, context)
  addRebuildMirrorCommand(program, context)
  addExportCommand(program, context)
  addLockCommands(program, context)
  addWipeCommand(program, context)
  addCheckConfigCommand(program, context)
  return program
}
