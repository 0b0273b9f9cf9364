import type { DeliveryView } from '../../../service/web/delivery-schemas.ts'

/** What one holder lacks of everybody's data, as far as it is known. */
export interface Missing {
  documents: number
  photos: number
}

/** @param at the holder's place in the matrix */
export function missingAt({ authors }: DeliveryView, at: number): Missing {
  let documents = 0
  let photos = 0
  for (const author of authors) {
    const cell = author.held[at]
    if (cell == null) continue
    documents += Math.max(0, author.documents - cell.documents)
    photos += Math.max(0, (cell.photosWanted ?? 0) - (cell.photos ?? 0))
  }
  return { documents, photos }
}
