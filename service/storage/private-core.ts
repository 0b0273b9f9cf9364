import Hypercore from 'hypercore'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Store } from './store.ts'

/**
 * Opens a core that only this hub writes and reads, such as a mirror. The keys are given to one session and not to the
 * core: those of the core the library would write into the store as they are.
 */
export async function openPrivateCore(
  store: Store,
  keys: LedgerKeys,
  options: { wait?: boolean } = {}
): Promise<Hypercore> {
  const publicKey = Buffer.from(keys.publicKey, 'hex')
  const core = new Hypercore(store.cores, publicKey, { compat: true })
  await core.ready()
  try {
    const session = core.session({
      ...options,
      keyPair: { publicKey, secretKey: Buffer.from(keys.secretKey, 'hex') },
      encryption: { key: Buffer.from(keys.encryptionKey, 'hex') }
    })
    await session.ready()
    return session
  } finally {
    // The session keeps the core open.
    await core.close()
  }
}
