import sodium from 'sodium-native'

/**
 * What one guess costs whoever holds the card: 64 MiB, and about a second on a small board. More memory would not fit
 * beside the hub on a board with 1 GB. Kept with each wrapped key, so that a change here leaves old ones readable.
 */
export const PASSPHRASE_COST = {
  opsLimit: 6,
  memLimit: sodium.crypto_pwhash_MEMLIMIT_INTERACTIVE
} as const

export interface Cost {
  /** Passes over the memory. */
  opsLimit: number
  /** Bytes. */
  memLimit: number
}

/** A secret that a passphrase opens, as it is stored: bytes in hex. */
export interface Wrapped extends Cost {
  salt: string
  nonce: string
  ciphertext: string
}

/** argon2id over the passphrase, XChaCha20-Poly1305 over the secret. */
export async function wrap(
  secret: Buffer,
  passphrase: string,
  cost: Cost = PASSPHRASE_COST
): Promise<Wrapped> {
  const salt = randomOf(sodium.crypto_pwhash_SALTBYTES)
  const nonce = randomOf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
  const key = await passphraseKey(passphrase, salt, cost)
  const ciphertext = Buffer.alloc(secret.byteLength + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES)
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(ciphertext, secret, null, null, nonce, key)
  sodium.sodium_memzero(key)
  return {
    ...cost,
    salt: salt.toString('hex'),
    nonce: nonce.toString('hex'),
    ciphertext: ciphertext.toString('hex')
  }
}

/** @returns null when this is not the passphrase */
export async function unwrap(wrapped: Wrapped, passphrase: string): Promise<Buffer | null> {
  const ciphertext = Buffer.from(wrapped.ciphertext, 'hex')
  const secret = Buffer.alloc(ciphertext.byteLength - sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES)
  const key = await passphraseKey(passphrase, Buffer.from(wrapped.salt, 'hex'), wrapped)
  try {
    const nonce = Buffer.from(wrapped.nonce, 'hex')
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(secret, null, ciphertext, null, nonce, key)
    return secret
  } catch {
    return null
  } finally {
    sodium.sodium_memzero(key)
  }
}

async function passphraseKey(
  passphrase: string,
  salt: Buffer,
  { opsLimit, memLimit }: Cost
): Promise<Buffer> {
  const key = Buffer.alloc(sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
  // Two keyboards write one accented letter in two ways (Unicode normalisation): both must open the office.
  const bytes = Buffer.from(passphrase.normalize('NFKC'), 'utf8')
  await sodium.crypto_pwhash_async(key, bytes, salt, opsLimit, memLimit, sodium.crypto_pwhash_ALG_ARGON2ID13)
  return key
}

function randomOf(byteLength: number): Buffer {
  const bytes = Buffer.alloc(byteLength)
  sodium.randombytes_buf(bytes)
  return bytes
}
