import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import type { CliContext } from './context.ts'
import { findProject } from './find-project.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'

type Flags = ConnectionFlags & { format: 'geojson'; out?: string }

/** `waystation export PROJECT --format geojson --out FILE` */
export function addExportCommand(program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description('write the observations and tracks of a project to a file')
    .argument('<PROJECT>', 'id of the project, the beginning of it, or its name')
    .addOption(new Option('--format <FORMAT>', 'form of the file').choices(['geojson']).default('geojson'))
    .option('--out <FILE>', 'file to write (default: standard output)')
  addConnectionOptions(command).action(async (text: string, { format, out, ...flags }: Flags) => {
    const client = await connectToOffice(flags, context)
    const { id } = await findProject(client, text)
    const source = await client.download(`/api/projects/${id}/export.${format}`)
    if (out === undefined) {
      await pipeline(source, context.stdout, { end: false })
      return
    }
    // Under another name until it is whole: half an export must not be taken for one.
    const unfinished = `${out}.part`
    try {
      await pipeline(source, createWriteStream(unfinished))
      await rename(unfinished, out)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  })
}
