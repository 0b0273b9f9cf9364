import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type from 'typebox'
import Value from 'typebox/value'
import { isMissing } from '../storage/durable-file.ts'
import { UPDATE_STATES } from '../update-states.ts'

const UpdateReportSchema = Type.Object({
  state: Type.Unsafe<(typeof UPDATE_STATES)[number]>(Type.Enum([...UPDATE_STATES])),
  version: Type.String(),
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  detail: Type.String()
})

/** How far the latest update is. `version` is empty where it could not be read, `detail` is the machine's own sentence in English. */
export type UpdateReport = Type.Static<typeof UpdateReportSchema>

/** What became of the file system of the card at the start of the machine. */
export type CardState = 'clean' | 'repaired' | 'damaged'

/** What the machine tells of itself, in files that it replaces as a whole: see docs/operating.md. */
export class MachineReports {
  readonly #directory: string

  constructor(parts: { directory: string }) {
    this.#directory = parts.directory
  }

  /** Null when nothing was told of any, or in words that are none of these. */
  async update(): Promise<UpdateReport | null> {
    const report = parsed(await this.#read('update.json'))
    return Value.Check(UpdateReportSchema, report) ? report : null
  }

  async cardState(): Promise<CardState> {
    const state = (await this.#read('data-state'))?.trim()
    return state === 'repaired' || state === 'damaged' ? state : 'clean'
  }

  async #read(name: string): Promise<string | null> {
    try {
      return await readFile(join(this.#directory, name), 'utf8')
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
