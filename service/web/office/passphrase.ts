import sodium from 'sodium-native'
import { WaystationError } from '../../errors.ts'
import { isHardToGuess } from './passphrase-strength.ts'

/**
 * Whoever holds the card can try offline, at some ten guesses a second and core: twelve characters of words keep them busy
 * for longer than the data matters, eight digits would not.
 */
export const PASSPHRASE_MIN_CHARACTERS = 12

/** Far more than a person types; what is hashed must be bounded. */
export const PASSPHRASE_MAX_CHARACTERS = 256

/**
 * @returns the argon2id hash with its salt and costs, as text. 64 MiB and about 0.1 s: what a board with 1 GB can spare
 * @throws PASSPHRASE_WEAK
 */
export async function hashPassphrase(passphrase: string): Promise<string> {
  const bytes = toBytes(passphrase)
  if ([...passphrase.normalize('NFKC')].length < PASSPHRASE_MIN_CHARACTERS) {
    throw new WaystationError(
      'PASSPHRASE_WEAK',
      `The passphrase must have at least ${PASSPHRASE_MIN_CHARACTERS} characters`
    )
  }
  if (!(await isHardToGuess(passphrase))) {
    throw new WaystationError(
      'PASSPHRASE_WEAK',
      'The passphrase is easy to guess: four words that do not belong together are better'
    )
  }
  const hash = Buffer.alloc(sodium.crypto_pwhash_STRBYTES)
  await sodium.crypto_pwhash_str_async(
    hash,
    bytes,
    sodium.crypto_pwhash_OPSLIMIT_INTERACTIVE,
    sodium.crypto_pwhash_MEMLIMIT_INTERACTIVE
  )
  return hash.toString('ascii').replace(/\0+$/, '')
}

/** @param hash as {@link hashPassphrase} gave it */
export async function verifyPassphrase(hash: string, passphrase: string): Promise<boolean> {
  const bytes = toBytes(passphrase)
  if (bytes.length === 0) return false
  const padded = Buffer.alloc(sodium.crypto_pwhash_STRBYTES)
  padded.write(hash, 'ascii')
  return sodium.crypto_pwhash_str_verify_async(padded, bytes)
}

/** Two keyboards write one accented letter in two ways (Unicode normalisation): both must open the office. */
function toBytes(passphrase: string): Buffer {
  return Buffer.from(passphrase.normalize('NFKC'), 'utf8')
}
