import type { DeviceId } from '../ids.ts'
import type { Column } from '../sync/deliveries.ts'

/** What the hub holds and nobody else is known to hold. */
export interface OnlyCopies {
  /** Versions of observations and tracks. */
  readonly documents: number
  /** In their original size. */
  readonly photos: number
}

/**
 * Counts by author, and compares with the one device that holds most of an author: what two others hold together is not
 * known of those that are away. So it may count too many, and never too few.
 * @param hub what the hub holds
 * @param others what those hold who stay in the project
 */
export function onlyCopies(
  hub: Pick<Column, 'holdings'>,
  others: readonly Pick<Column, 'deviceId' | 'holdings' | 'takesEverything'>[]
): OnlyCopies {
  let [documents, photos] = [0, 0]
  for (const [author, held] of hub.holdings) {
    const elsewhere = others.map((other) => heldBy(other, author))
    documents += Math.max(0, held.documents - Math.max(0, ...elsewhere.map((of) => of.documents)))
    photos += Math.max(0, (held.photos ?? 0) - Math.max(0, ...elsewhere.map((of) => of.photos)))
  }
  return { documents, photos }
}

function heldBy(
  { deviceId, holdings, takesEverything }: Pick<Column, 'deviceId' | 'holdings' | 'takesEverything'>,
  author: DeviceId
): OnlyCopies {
  const held = holdings.get(author)
  // Of others' photos a device that takes previews only has no originals; of its own it has them all.
  const hasOriginals = takesEverything || deviceId === author
  return { documents: held?.documents ?? 0, photos: hasOriginals ? (held?.photos ?? 0) : 0 }
}
