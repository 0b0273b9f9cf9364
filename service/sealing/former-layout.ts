import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import type { KeyRing } from '../identity/key-ring.ts'
import { SealedFile } from '../identity/sealed-file.ts'
import type { Namespace, ProjectId } from '../ids.ts'
import type { ProjectVault } from '../projects/project-vault.ts'
import type { Ownership } from '../projects/ownership.ts'
import { eraseFile } from '../storage/erase.ts'
import { isMissing, UNFINISHED_SUFFIX } from '../storage/durable-file.ts'

interface FormerDetails {
  projectKey: string
  encryptionKeys: Record<Namespace, string>
  name: string
  color: string | null
  description: string | null
  joinedAt: number
}

/**
 * Takes over what version 0.1 wrote: all keys of a project in one file, everything under the root key. Each file is written
 * in its new place before the old one is erased. Remove this when nobody has such a hub any more.
 *
 * @param parts.keysDirectory `keys/` of the data directory
 */
export async function adoptFormerLayout(parts: {
  keysDirectory: string
  identity: DeviceIdentity
  keyRing: KeyRing
  vault: ProjectVault
}): Promise<void> {
  const { keysDirectory, identity, keyRing, vault } = parts
  const adopt = async (
    folder: string,
    name: string,
    purpose: string,
    take: (value: unknown) => Promise<void>
  ) => {
    const path = join(keysDirectory, folder, name)
    const value = await new SealedFile({ path, key: identity.formerSecretFor(purpose) }).read()
    if (value !== null) await take(value)
    await eraseFile(path)
  }
  for (const name of await namesIn(join(keysDirectory, 'projects'))) {
    await adopt('projects', name, 'projects', async (value) => {
      const { projectKey, encryptionKeys, ...rest } = value as FormerDetails
      const key = (hex: string) => Buffer.from(hex, 'hex')
      await vault.save({
        ...rest,
        projectKey: key(projectKey),
        encryptionKeys: {
          auth: key(encryptionKeys.auth),
          config: key(encryptionKeys.config),
          data: key(encryptionKeys.data),
          blobIndex: key(encryptionKeys.blobIndex),
          blob: key(encryptionKeys.blob)
        }
      })
    })
  }
  for (const name of await namesIn(join(keysDirectory, 'members'))) {
    await adopt('members', name, 'projects', (value) =>
      vault.membersOf(name as ProjectId).save(value as Ownership[])
    )
  }
  for (const name of await namesIn(join(keysDirectory, 'mirrors'))) {
    await adopt('mirrors', name, 'mirrors', (value) => keyRing.secret(`mirrors/${name}`).write(value))
  }
  if ((await namesIn(keysDirectory)).includes('ledger')) {
    await adopt('.', 'ledger', 'ledger', (value) => keyRing.secret('ledger').write(value))
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => !name.endsWith(UNFINISHED_SUFFIX))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
