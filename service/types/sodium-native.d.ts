// Types of the parts of sodium-native that Waystation uses; it ships none of its own.
// Names and argument orders are libsodium's; outputs are buffers that the caller allocates.

declare module 'sodium-native' {
  const crypto_sign_PUBLICKEYBYTES: number
  const crypto_sign_SECRETKEYBYTES: number
  function crypto_sign_keypair(publicKey: Buffer, secretKey: Buffer): void

  const crypto_aead_xchacha20poly1305_ietf_KEYBYTES: number
  const crypto_aead_xchacha20poly1305_ietf_NPUBBYTES: number
  const crypto_aead_xchacha20poly1305_ietf_ABYTES: number
  /** @returns bytes written */
  function crypto_aead_xchacha20poly1305_ietf_encrypt(
    ciphertext: Buffer,
    message: Buffer,
    associated: Buffer | null,
    unused: null,
    nonce: Buffer,
    key: Buffer
  ): number
  /**
   * @returns bytes written
   * @throws when the ciphertext, the associated bytes, the nonce and the key do not belong together
   */
  function crypto_aead_xchacha20poly1305_ietf_decrypt(
    message: Buffer,
    unused: null,
    ciphertext: Buffer,
    associated: Buffer | null,
    nonce: Buffer,
    key: Buffer
  ): number

  function randombytes_buf(buffer: Buffer): void
}

declare module 'sodium-native' {
  const crypto_box_PUBLICKEYBYTES: number
  const crypto_box_SECRETKEYBYTES: number
  const crypto_box_SEALBYTES: number
  function crypto_box_keypair(publicKey: Buffer, secretKey: Buffer): void
  function crypto_box_seal(ciphertext: Buffer, message: Buffer, publicKey: Buffer): void
  /** @returns whether the ciphertext was sealed to this key */
  function crypto_box_seal_open(
    message: Buffer,
    ciphertext: Buffer,
    publicKey: Buffer,
    secretKey: Buffer
  ): boolean

  const crypto_generichash_BYTES: number
  /** BLAKE2b, keyed. */
  function crypto_generichash(out: Buffer, input: Buffer, key?: Buffer): void

  function sodium_memzero(buffer: Buffer): void
}
