/** Who dialed: `incoming` when the other device did. */
export type Direction = 'incoming' | 'outgoing'

/**
 * What to do with a second connection to a device that already has one:
 * - `keep-existing`: destroy the new one;
 * - `replace`: destroy the existing one and use the new one after it has closed;
 * - `hold`: do not decide yet. A phone that dials twice kills its own second connection at once. One that stays open
 *   means that the phone no longer has the first.
 */
export type DuplicateVerdict = 'keep-existing' | 'replace' | 'hold'

/**
 * CoMapeo peer protocol, duplicate connections: of two crossing connections the one that the device with the smaller
 * public key dialed survives. Both ends come to the same answer by themselves.
 */
export function judgeDuplicate(connections: {
  existing: Direction
  added: Direction
  ownKey: Buffer
  remoteKey: Buffer
}): DuplicateVerdict {
  const { existing, added, ownKey, remoteKey } = connections
  if (existing === added) return existing === 'incoming' ? 'hold' : 'keep-existing'
  const ownIsSmaller = Buffer.compare(ownKey, remoteKey) < 0
  const survivor: Direction = ownIsSmaller ? 'outgoing' : 'incoming'
  return added === survivor ? 'replace' : 'keep-existing'
}
