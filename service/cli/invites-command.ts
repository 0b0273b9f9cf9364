import type { Command } from 'commander'
import Type from 'typebox'
import { InviteSchema, type InviteView } from '../web/invite-schemas.ts'
import type { CliContext } from './context.ts'
import type { HubClient } from './hub-client.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'
import { formatTable } from './table.ts'

type Flags = ConnectionFlags & { json?: true }

/** `waystation invites [list]`, `invites accept ID`, `invites reject ID` */
export function addInvitesCommand(program: Command, context: CliContext): void {
  const invites = program.command('invites').description('list invites into projects, and answer them')
  const list = invites.command('list', { isDefault: true }).description('list invites')
  addConnectionOptions(list).action(async (flags: Flags) => {
    const found = await listInvites(await connectToOffice(flags, context))
    print(found, flags)
  })
  for (const answer of ['accept', 'reject'] as const) {
    const command = invites
      .command(answer)
      .description(answer === 'accept' ? 'join the project of an invite' : 'decline an invite')
      .argument('<ID>', 'id of the invite, or the beginning of it')
    addConnectionOptions(command).action(async (id: string, flags: Flags) => {
      const client = await connectToOffice(flags, context)
      const invite = await findInvite(client, id)
      print([await client.post(`/api/invites/${invite.id}/${answer}`, InviteSchema)], flags)
    })
  }

  function print(found: InviteView[], flags: Flags): void {
    if (flags.json) context.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
    else if (found.length === 0) context.stdout.write('There are no invites.\n')
    else context.stdout.write(formatInvites(found))
  }
}

function listInvites(client: HubClient): Promise<InviteView[]> {
  return client.get('/api/invites', Type.Array(InviteSchema))
}

async function findInvite(client: HubClient, id: string): Promise<InviteView> {
  const found = (await listInvites(client)).filter((invite) => id !== '' && invite.id.startsWith(id))
  const [invite] = found
  if (invite === undefined) throw new Error(`There is no invite ${JSON.stringify(id)}`)
  if (found.length > 1)
    throw new Error(`${JSON.stringify(id)} means ${found.length} invites: give more of it`)
  return invite
}

/** Enough to tell invites apart, and to be given to accept and reject. */
const SHOWN_ID_CHARACTERS = 12

function formatInvites(invites: readonly InviteView[]): string {
  return formatTable(
    ['INVITE', 'PROJECT', 'ROLE', 'FROM', 'RECEIVED', 'STATE'],
    invites.map(({ id, project, role, inviter, receivedAt, state }) => [
      id.slice(0, SHOWN_ID_CHARACTERS),
      project.name,
      role ?? '-',
      `${inviter.name ?? '-'} (${inviter.deviceId.slice(0, SHOWN_ID_CHARACTERS)})`,
      receivedAt,
      state
    ])
  )
}
