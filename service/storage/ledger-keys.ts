import sodium from 'sodium-native'

/** What opens the ledger, in hex so that it can stand in a sealed file. */
export interface LedgerKeys {
  /** 32 bytes: encrypts every entry. */
  encryptionKey: string
  /** Ed25519: the key of the core. */
  publicKey: string
  secretKey: string
}

/** Where such keys are kept. */
export interface KeyFile {
  /** @returns what was written, or null */
  read(): Promise<unknown>
  /** Durable when it resolves. */
  write(keys: LedgerKeys): Promise<void>
}

const HEX_BYTES = { encryptionKey: 32, publicKey: 32, secretKey: 64 } as const

/** Made once for each ledger: other keys are another, empty one. */
export function generateLedgerKeys(): LedgerKeys {
  const encryptionKey = Buffer.alloc(32)
  sodium.randombytes_buf(encryptionKey)
  const publicKey = Buffer.alloc(sodium.crypto_sign_PUBLICKEYBYTES)
  const secretKey = Buffer.alloc(sodium.crypto_sign_SECRETKEYBYTES)
  sodium.crypto_sign_keypair(publicKey, secretKey)
  return {
    encryptionKey: encryptionKey.toString('hex'),
    publicKey: publicKey.toString('hex'),
    secretKey: secretKey.toString('hex')
  }
}

/** @param value what was read from a sealed file */
export function isLedgerKeys(value: unknown): value is LedgerKeys {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map(Object.entries(value))
  return Object.entries(HEX_BYTES).every(([name, bytes]) => {
    const field: unknown = fields.get(name)
    return typeof field === 'string' && field.length === 2 * bytes && /^[0-9a-f]+$/.test(field)
  })
}
