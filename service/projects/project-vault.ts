import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SealedFile } from '../identity/sealed-file.ts'
import { NAMESPACES, type Namespace, type ProjectId } from '../ids.ts'
import { isMissing } from '../storage/durable-file.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import type { JoinDetails } from './join-details.ts'
import type { Ownership } from './ownership.ts'
import type { OwnershipMemory } from './project.ts'

/** Join details as they are kept: keys in hex. Changing this shape needs a way to read the old one. */
interface StoredDetails {
  projectKey: string
  encryptionKeys: Record<Namespace, string>
  name: string
  color: string | null
  description: string | null
  joinedAt: number
}

/**
 * The keys of the hub's projects and whom it knows in them, sealed under the hub's identity, in files of their own: a store
 * that is damaged can be filled again from the phones as long as these are here.
 */
export class ProjectVault {
  readonly #directory: string
  readonly #key: Buffer

  /** @param parts.directory `keys/` of the data directory */
  constructor(parts: { directory: string; key: Buffer }) {
    this.#directory = parts.directory
    this.#key = parts.key
  }

  async list(): Promise<JoinDetails[]> {
    const names = await readdir(join(this.#directory, 'projects')).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    const details: JoinDetails[] = []
    for (const name of names.sort()) {
      const stored = (await this.#file('projects', name).read()) as StoredDetails | null
      if (stored !== null) details.push(parse(stored))
    }
    return details
  }

  /** Durable when it resolves. */
  async save(details: JoinDetails): Promise<void> {
    const { projectKey, encryptionKeys, name, color, description, joinedAt } = details
    const stored: StoredDetails = {
      projectKey: projectKey.toString('hex'),
      encryptionKeys: mapKeys(encryptionKeys, (key) => key.toString('hex')),
      name,
      color,
      description,
      joinedAt
    }
    await this.#file('projects', projectIdOf(projectKey)).write(stored)
  }

  /** Remembers the members of one project. */
  membersOf(projectId: ProjectId): OwnershipMemory {
    const file = this.#file('members', projectId)
    return {
      load: async () => ((await file.read()) ?? []) as Ownership[],
      save: (accepted) => file.write(accepted)
    }
  }

  #file(folder: 'projects' | 'members', name: string): SealedFile {
    return new SealedFile({ path: join(this.#directory, folder, name), key: this.#key })
  }
}

function parse(stored: StoredDetails): JoinDetails {
  return {
    ...stored,
    projectKey: Buffer.from(stored.projectKey, 'hex'),
    encryptionKeys: mapKeys(stored.encryptionKeys, (key) => Buffer.from(key, 'hex'))
  }
}

function mapKeys<A, B>(keys: Readonly<Record<Namespace, A>>, map: (key: A) => B): Record<Namespace, B> {
  return Object.fromEntries(NAMESPACES.map((ns) => [ns, map(keys[ns])])) as Record<Namespace, B>
}
