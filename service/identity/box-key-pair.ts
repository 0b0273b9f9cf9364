import sodium from 'sodium-native'

/** X25519: whoever has the public half can seal, only the secret half opens. */
export interface BoxKeyPair {
  /** 32 bytes. */
  readonly publicKey: Buffer
  /** 32 bytes; null while it is locked away. */
  readonly secretKey: Buffer | null
}

export function generateBoxKeyPair(): BoxKeyPair & { readonly secretKey: Buffer } {
  const publicKey = Buffer.alloc(sodium.crypto_box_PUBLICKEYBYTES)
  const secretKey = Buffer.alloc(sodium.crypto_box_SECRETKEYBYTES)
  sodium.crypto_box_keypair(publicKey, secretKey)
  return { publicKey, secretKey }
}

/** libsodium's sealed box: nobody learns who sealed it, and the sealer cannot open it again. */
export function sealTo({ publicKey }: BoxKeyPair, bytes: Buffer): Buffer {
  const sealed = Buffer.alloc(bytes.byteLength + sodium.crypto_box_SEALBYTES)
  sodium.crypto_box_seal(sealed, bytes, publicKey)
  return sealed
}

/** @returns null when it was sealed to another key, was changed, or the secret half is not at hand */
export function openWith({ publicKey, secretKey }: BoxKeyPair, sealed: Buffer): Buffer | null {
  if (secretKey === null || sealed.byteLength < sodium.crypto_box_SEALBYTES) return null
  const bytes = Buffer.alloc(sealed.byteLength - sodium.crypto_box_SEALBYTES)
  return sodium.crypto_box_seal_open(bytes, sealed, publicKey, secretKey) ? bytes : null
}
