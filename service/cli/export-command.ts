import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import type { CliContext } from './context.ts'
import { findProject } from './find-project.ts'
import { EXPORT_FORMATS } from '../web/export-schemas.ts'
import { addConnectionOptions, connectToOffice, type ConnectionFlags } from './hub-connection.ts'

interface Filter {
  from?: string
  to?: string
  bbox?: string
  device?: string
  category?: string
  media?: string
  lang?: string
}

type Flags = ConnectionFlags & Filter & { format: string; out?: string }

const FILTER_NAMES = ['from', 'to', 'bbox', 'device', 'category', 'media', 'lang'] as const

/** `waystation export PROJECT --format zip --from 2026-01-01T00:00:00Z --out FILE` */
export function addExportCommand(program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description('write the observations and tracks of a project to a file')
    .argument('<PROJECT>', 'id of the project, the beginning of it, or its name')
    .addOption(new Option('--format <FORMAT>', 'form of the file').choices(EXPORT_FORMATS).default('geojson'))
    .option('--from <INSTANT>', 'only what was made then or later (ISO 8601, with Z)')
    .option('--to <INSTANT>', 'only what was made then or earlier')
    .option('--bbox <WEST,SOUTH,EAST,NORTH>', 'only what lies in this box, in degrees')
    .option('--device <ID>', 'only what this device collected')
    .option('--category <ID>', 'only what is of this category; "none" for what has none')
    .addOption(new Option('--media <TYPE>', 'only what has such a file').choices(['photo', 'audio']))
    .option('--lang <TAG>', 'language for the words of the project, such as es-419')
    .option('--out <FILE>', 'file to write (default: standard output)')
  addConnectionOptions(command).action(async (text: string, flags: Flags) => {
    const { format, out } = flags
    const client = await connectToOffice(flags, context)
    const { id } = await findProject(client, text)
    const source = await client.download(`/api/projects/${id}/export.${format}${queryOf(flags)}`)
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

/** The hub judges what is written in the filters, and its answer says what is accepted. */
function queryOf(filter: Filter): string {
  const query = new URLSearchParams()
  for (const name of FILTER_NAMES) {
    const value = filter[name]
    if (value !== undefined) query.set(name, value)
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}
