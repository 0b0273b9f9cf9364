import { WaystationError } from '../../errors.ts'
import { isHardToGuess } from './passphrase-strength.ts'

/**
 * Whoever holds the card can try offline, at some ten guesses a second and core: twelve characters of words keep them busy
 * for longer than the data matters, eight digits would not.
 */
export const PASSPHRASE_MIN_CHARACTERS = 12

/** Far more than a person types; what is hashed must be bounded. */
export const PASSPHRASE_MAX_CHARACTERS = 256

/** @throws PASSPHRASE_WEAK */
export async function requireStrong(passphrase: string): Promise<void> {
  if ([...passphrase.normalize('NFKC')].length < PASSPHRASE_MIN_CHARACTERS) {
    throw new WaystationError(
      'PASSPHRASE_WEAK',
      `The passphrase must have at least ${PASSPHRASE_MIN_CHARACTERS} characters`
    )
  }
  if (await isHardToGuess(passphrase)) return
  throw new WaystationError(
    'PASSPHRASE_WEAK',
    'The passphrase is easy to guess: four words that do not belong together are better'
  )
}
