/** Longest name kept, in characters. Phones' own forms allow far less; this bounds what a hostile one can store here. */
export const MAX_NAME_CHARACTERS = 256

/** Longest description kept, in characters. */
export const MAX_DESCRIPTION_CHARACTERS = 4096

// Control characters can forge log lines and terminal output; the bidirectional controls among the format characters can
// make one name look like another. Joiners stay: several scripts and emoji need them.
const DECEPTIVE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text from a peer in the form in which it may be kept and shown: on one line, without control characters, trimmed and
 * cut, never in the middle of a character.
 */
export function cleanText(text: string, maxCharacters: number): string {
  const cleaned = text.replace(/\s/gu, ' ').replace(DECEPTIVE, '').replace(/ +/g, ' ').trim()
  // Bounded before it is split: a character takes at most two code units.
  return [...cleaned.slice(0, maxCharacters * 2)].slice(0, maxCharacters).join('').trim()
}
