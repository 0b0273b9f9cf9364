import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addConnectionOptions, connectToOffice, unlockWith, type ConnectionFlags } from './hub-connection.ts'

/** `waystation lock` and `waystation unlock`, of a running hub that is sealed */
export function addLockCommands(program: Command, context: CliContext): void {
  const lock = program.command('lock').description('make a sealed hub forget its keys, and end every session')
  addConnectionOptions(lock).action(async (flags: ConnectionFlags & { json?: true }) => {
    const client = await connectToOffice(flags, context)
    await client.postForNothing('/api/lock')
    context.stdout.write(flags.json ? `${JSON.stringify({ locked: true })}\n` : 'The hub is locked.\n')
  })
  const unlock = program.command('unlock').description('unlock a sealed hub with the office passphrase')
  addConnectionOptions(unlock).action(async (flags: ConnectionFlags & { json?: true }) => {
    const client = await unlockWith(flags, context)
    // The hub stays unlocked; the session was needed for that alone.
    await client.postForNothing('/api/logout')
    context.stdout.write(flags.json ? `${JSON.stringify({ locked: false })}\n` : 'The hub is unlocked.\n')
  })
}
