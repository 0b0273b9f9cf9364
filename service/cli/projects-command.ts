import type { Command } from 'commander'
import Type from 'typebox'
import { ProjectSchema } from '../web/project-schemas.ts'
import type { CliContext } from './context.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'
import { formatTable } from './table.ts'

/** `waystation projects` */
export function addProjectsCommand(program: Command, context: CliContext): void {
  const command = program.command('projects').description('list the projects of the hub')
  addConnectionOptions(command).action(async (flags: ConnectionFlags & { json?: true }) => {
    const client = await connectToOffice(flags, context)
    const projects = await client.get('/api/projects', Type.Array(ProjectSchema))
    if (flags.json) {
      context.stdout.write(`${JSON.stringify(projects, null, 2)}\n`)
    } else if (projects.length === 0) {
      context.stdout.write('The hub is in no project yet: invite it from a coordinator’s phone.\n')
    } else {
      const rows = projects.map(({ id, name, role, members, observations, photos, mirror }) => [
        id,
        name ?? '-',
        role,
        String(members),
        observations === null ? '-' : String(observations),
        photos === null ? '-' : `${photos.held}/${photos.known}`,
        mirror
      ])
      context.stdout.write(
        formatTable(['PROJECT', 'NAME', 'ROLE', 'MEMBERS', 'OBSERVATIONS', 'PHOTOS', 'MIRROR'], rows)
      )
    }
  })
}
