// Types of the password hashing of sodium-native, as far as the office uses it; the library ships none of its own.

declare module 'sodium-native' {
  const crypto_pwhash_STRBYTES: number
  const crypto_pwhash_OPSLIMIT_INTERACTIVE: number
  const crypto_pwhash_MEMLIMIT_INTERACTIVE: number
  function crypto_pwhash_str_async(
    out: Buffer,
    password: Buffer,
    opslimit: number,
    memlimit: number
  ): Promise<void>
  function crypto_pwhash_str_verify_async(hash: Buffer, password: Buffer): Promise<boolean>
  const crypto_pwhash_SALTBYTES: number
  const crypto_pwhash_ALG_ARGON2ID13: number
  function crypto_pwhash_async(
    out: Buffer,
    password: Buffer,
    salt: Buffer,
    opslimit: number,
    memlimit: number,
    algorithm: number
  ): Promise<void>
}
