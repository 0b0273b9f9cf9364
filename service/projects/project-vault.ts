import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SealedFile } from '../identity/sealed-file.ts'
import type { SecretFile } from '../identity/secret-file.ts'
import { WaystationError } from '../errors.ts'
import { NAMESPACES, type CoreKey, type Namespace, type ProjectId } from '../ids.ts'
import { isMissing, UNFINISHED_SUFFIX } from '../storage/durable-file.ts'
import { projectIdOf } from '../wire/project-keys.ts'
import type { Departure, JoinDetails, ProjectKeys, ProjectSecrets, SecretNamespace } from './join-details.ts'
import type { Ownership } from './ownership.ts'
import type { OwnershipMemory } from './project.ts'

/** As it is kept, keys in hex. Changing these shapes needs a way to read the old ones. */
interface StoredKeys {
  projectKey: string
  authKey: string
  joinedAt: number
  ownCores: Record<Namespace, CoreKey> | null
  /** Absent in what an earlier version wrote. */
  departure?: Departure | null
}
interface StoredSecrets {
  encryptionKeys: Record<SecretNamespace, string>
  name: string
  color: string | null
  description: string | null
}

const SECRET_NAMESPACES = NAMESPACES.filter((namespace) => namespace !== 'auth')

/**
 * The keys of the hub's projects and whom it knows in them, in files of their own: a store that is damaged can be filled
 * again from the phones as long as these are here. What replication needs is under the identity of the hub, the rest is
 * sealed: it can be added while the hub is locked, and not read.
 */
export class ProjectVault {
  readonly #directory: string
  readonly #key: Buffer
  readonly #secret: (name: string) => SecretFile

  /**
   * @param parts.directory of what is ready after power-on
   * @param parts.key 32 bytes: what is ready is sealed with it
   * @param parts.secret a secret of the key ring
   */
  constructor(parts: { directory: string; key: Buffer; secret: (name: string) => SecretFile }) {
    this.#directory = parts.directory
    this.#key = parts.key
    this.#secret = parts.secret
  }

  async list(): Promise<ProjectKeys[]> {
    const names = await readdir(join(this.#directory, 'projects')).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    const all: ProjectKeys[] = []
    for (const name of names.sort()) {
      if (name.endsWith(UNFINISHED_SUFFIX)) continue
      const stored = (await this.#ready('projects', name).read()) as StoredKeys | null
      if (stored !== null) all.push(parseKeys(stored))
    }
    return all
  }

  /**
   * @throws HUB_LOCKED
   * @throws FILE_DAMAGED when they are not there
   */
  async secretsOf(projectId: ProjectId): Promise<ProjectSecrets> {
    const stored = (await this.#secretsFile(projectId).read()) as StoredSecrets | null
    if (stored === null) throw new WaystationError('FILE_DAMAGED', 'The keys of a project are gone')
    return { ...stored, encryptionKeys: mapSecret(stored.encryptionKeys, (key) => Buffer.from(key, 'hex')) }
  }

  /** Of the keys that only an unlocked hub reads. Must never change. */
  secretName(projectId: ProjectId): string {
    return `projects/${projectId}`
  }

  /**
   * Durable when it resolves, whether the hub is locked or not.
   * @param ownCores of the hub, where it was in the project before
   */
  async save(details: JoinDetails, ownCores: ProjectKeys['ownCores'] = null): Promise<ProjectKeys> {
    const { projectKey, encryptionKeys, name, color, description, joinedAt } = details
    const secrets: StoredSecrets = {
      encryptionKeys: mapSecret(encryptionKeys, (key) => key.toString('hex')),
      name,
      color,
      description
    }
    // First: a project that is listed has its secrets.
    await this.#secretsFile(projectIdOf(projectKey)).write(secrets)
    const keys: ProjectKeys = {
      projectKey,
      authKey: encryptionKeys.auth,
      joinedAt,
      ownCores,
      departure: null
    }
    await this.saveKeys(keys)
    return keys
  }

  /** Durable when it resolves. */
  async saveKeys({ projectKey, authKey, joinedAt, ownCores, departure }: ProjectKeys): Promise<void> {
    const stored: StoredKeys = {
      projectKey: projectKey.toString('hex'),
      authKey: authKey.toString('hex'),
      joinedAt,
      ownCores: ownCores && { ...ownCores },
      departure
    }
    await this.#ready('projects', projectIdOf(projectKey)).write(stored)
  }

  /** Forgets a project that was left, and who was in it. Durable when it resolves. */
  async forget(projectId: ProjectId): Promise<void> {
    await this.#ready('projects', projectId).remove()
    await this.#ready('members', projectId).remove()
  }

  /** Remembers the members of one project. */
  membersOf(projectId: ProjectId): OwnershipMemory {
    const file = this.#ready('members', projectId)
    return {
      load: async () => ((await file.read()) ?? []) as Ownership[],
      save: (accepted) => file.write(accepted)
    }
  }

  #ready(folder: 'projects' | 'members', name: string): SealedFile {
    return new SealedFile({ path: join(this.#directory, folder, name), key: this.#key })
  }

  #secretsFile(projectId: ProjectId): SecretFile {
    return this.#secret(`projects/${projectId}`)
  }
}

function parseKeys(stored: StoredKeys): ProjectKeys {
  return {
    ...stored,
    departure: stored.departure ?? null,
    projectKey: Buffer.from(stored.projectKey, 'hex'),
    authKey: Buffer.from(stored.authKey, 'hex')
  }
}

function mapSecret<A, B>(
  keys: Readonly<Record<SecretNamespace, A>>,
  map: (key: A) => B
): Record<SecretNamespace, B> {
  return Object.fromEntries(SECRET_NAMESPACES.map((ns) => [ns, map(keys[ns])])) as Record<SecretNamespace, B>
}
