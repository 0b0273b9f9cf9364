import { dirname } from 'node:path'
import type { ProjectId } from '../ids.ts'
import { readChecked, writeChecked } from '../storage/checked-file.ts'
import { makeDirectory } from '../storage/durable-file.ts'

/** Below the data directory. */
export const RESTORED_FILE = 'keys/restored'

/**
 * Projects that came back from a backup. What the hub wrote into its own cores after the backup was made is on phones, or
 * nowhere: until one of them has given back what it holds, another block at the same place would be a second history,
 * and phones freeze a core that has two.
 */
export class RestoredProjects {
  readonly #path: string
  #ids = new Set<string>()

  /** @param path of the file */
  constructor(path: string) {
    this.#path = path
  }

  static async write(path: string, projectIds: readonly string[]): Promise<void> {
    await makeDirectory(dirname(path))
    await writeChecked(path, Buffer.from(JSON.stringify(projectIds)))
  }

  /** @throws FILE_DAMAGED */
  async load(): Promise<void> {
    const bytes = await readChecked(this.#path)
    this.#ids = new Set(bytes === null ? [] : (JSON.parse(bytes.toString()) as string[]))
  }

  /** Whether the hub must not write into the project yet. */
  has(id: ProjectId): boolean {
    return this.#ids.has(id)
  }

  /** A member has given back what it held. Durable when it resolves. */
  async confirm(id: ProjectId): Promise<void> {
    if (this.#ids.delete(id)) await RestoredProjects.write(this.#path, [...this.#ids])
  }
}
