import { countField } from '../mirror/field-counts.ts'
import type { FieldFilter } from '../mirror/field-hits.ts'
import { countMedia, type MediaTotals } from '../mirror/media-totals.ts'
import type { Snapshot } from '../mirror/snapshot.ts'

/** What an export of everything that a filter lets through would hold. */
export interface ExportTotals {
  readonly observations: number
  readonly tracks: number
  readonly media: MediaTotals
}

/** A document is written twice: as properties, and as it is. */
const BYTES_PER_DOCUMENT = 2_048

export async function planExport(snapshot: Snapshot, filter: FieldFilter): Promise<ExportTotals> {
  const observations = await countField(snapshot, 'observation', filter)
  const tracks = await countField(snapshot, 'track', filter)
  return { observations: observations.total, tracks: tracks.total, media: await countMedia(snapshot, filter) }
}

/** About how much room it takes; tracks may be longer. */
export function bytesNeeded({ observations, tracks, media }: ExportTotals, withMedia: boolean): number {
  return (observations + tracks) * BYTES_PER_DOCUMENT + (withMedia ? media.bytes : 0)
}
