import { KeyRing } from '../../../service/identity/key-ring.ts'

/** The least that argon2id takes: what a passphrase costs is not what these tests are about. */
const CHEAP = { opsLimit: 1, memLimit: 8192 } as const

/** The key ring of a hub whose keys are in `directory`. */
export async function openKeyRing(directory: string): Promise<KeyRing> {
  const keyRing = new KeyRing({ directory, cost: CHEAP })
  await keyRing.ready()
  return keyRing
}
