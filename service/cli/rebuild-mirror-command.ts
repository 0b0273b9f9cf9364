import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { findProject } from './find-project.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'
import { printable } from './table.ts'

/** `waystation rebuild-mirror PROJECT` */
export function addRebuildMirrorCommand(program: Command, context: CliContext): void {
  const command = program
    .command('rebuild-mirror')
    .description('index a project anew from what the hub holds')
    .argument('<PROJECT>', 'id of the project, the beginning of it, or its name')
  addConnectionOptions(command).action(async (text: string, flags: ConnectionFlags & { json?: true }) => {
    const client = await connectToOffice(flags, context)
    const { id, name } = await findProject(client, text)
    await client.postForNothing(`/api/projects/${id}/rebuild-mirror`)
    context.stdout.write(
      flags.json
        ? `${JSON.stringify({ projectId: id })}\n`
        : `The mirror of ${printable(name ?? id)} is rebuilt.\n`
    )
  })
}
