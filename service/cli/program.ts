import { Command, CommanderError } from 'commander'
import { WaystationError } from '../errors.ts'
import { VERSION } from '../version.ts'
import type { CliContext } from './context.ts'
import { addExportCommand } from './export-command.ts'
import { addInvitesCommand } from './invites-command.ts'
import { addProjectsCommand } from './projects-command.ts'
import { addRebuildMirrorCommand } from './rebuild-mirror-command.ts'
import { addRunCommand } from './run-command.ts'
import { addStatusCommand } from './status-command.ts'

const EXIT_FAILED = 1
/** The command or a setting was written wrong: nothing was tried. */
const EXIT_USAGE = 2

/**
 * Runs one command.
 * @param args without the program's own name
 * @returns the exit code: 0, 1 when the command failed, 2 when it or a setting was written wrong
 */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has told what was wrong, or has printed the help or the version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    context.stderr.write(`waystation: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof WaystationError && error.code === 'CONFIG_INVALID' ? EXIT_USAGE : EXIT_FAILED
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
  return program
}
