import { randomInt } from 'node:crypto'

// 32 characters, five bits each. Without l, o, 0 and 1, which people mistake for each other, and without capitals, which
// cost two taps on a phone.
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_CHARACTERS = 4

/**
 * A passphrase for the Wi-Fi that can be read out and typed on a phone, such as `k7wp-x3md-9qta-hn2e`: 80 bits. Whoever
 * records a phone joining can try passphrases at home for as long as he likes, so it must not be guessable.
 *
 * @param randomIndex a uniform integer from 0 to below its argument, from a generator fit for keys
 */
export function newPassphrase(randomIndex: (below: number) => number = randomInt): string {
  const group = () =>
    Array.from({ length: GROUP_CHARACTERS }, () => CHARACTERS[randomIndex(CHARACTERS.length)]).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}
