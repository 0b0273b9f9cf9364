import type { Command } from 'commander'
import Type from 'typebox'
import { LeavingSchema } from '../web/leaving-schemas.ts'
import { ProjectSchema } from '../web/project-schemas.ts'
import type { CliContext } from './context.ts'
import { findProject } from './find-project.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'
import { formatTable, printable } from './table.ts'

type Flags = ConnectionFlags & { json?: true }

/** `waystation projects [list]`, `projects leave PROJECT --yes` */
export function addProjectsCommand(program: Command, context: CliContext): void {
  const projects = program.command('projects').description('list the projects of the hub, and leave them')
  const list = projects.command('list', { isDefault: true }).description('list the projects of the hub')
  addConnectionOptions(list).action(async (flags: Flags) => {
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

  const leave = projects
    .command('leave')
    .description('leave a project, and delete all that the hub holds of it')
    .argument('<PROJECT>', 'id of the project, the beginning of it, or its name')
    .option('--yes', 'leave it')
    .option('--lose-only-copies', 'also where the hub holds what nobody else is known to hold')
  addConnectionOptions(leave).action(
    async (text: string, flags: Flags & { yes?: true; loseOnlyCopies?: true }) => {
      const client = await connectToOffice(flags, context)
      const { id } = await findProject(client, text)
      const { name, onlyHere } = await client.get(`/api/projects/${id}/leaving`, LeavingSchema)
      const { documents, photos } = onlyHere
      if (documents + photos > 0 && !flags.loseOnlyCopies) {
        throw new Error(
          `${documents} documents and ${photos} photos are not known to be anywhere but on this hub: let the phones exchange first, or say --lose-only-copies`
        )
      }
      if (!flags.yes)
        throw new Error(`This deletes all that the hub holds of ${printable(name)}: say so with --yes`)
      await client.delete(`/api/projects/${id}`, { confirmation: name, losing: onlyHere })
      context.stdout.write(
        flags.json
          ? `${JSON.stringify({ projectId: id, lost: onlyHere })}\n`
          : `The hub has left ${printable(name)} and holds nothing of it any more.\n`
      )
    }
  )
}
