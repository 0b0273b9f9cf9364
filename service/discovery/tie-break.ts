import { compareData } from './codec.ts'
import type { ResourceRecord } from './message.ts'

/**
 * RFC 6762 section 8.2.1: two hosts probe for the same name at the same moment. The records of each are put in order and
 * compared pair by pair; the first difference decides, or else the longer list.
 *
 * @returns above 0 when `ours` is the later and wins, below 0 when `theirs` does, 0 when both say the same
 */
export function compareProbes(ours: readonly ResourceRecord[], theirs: readonly ResourceRecord[]): number {
  const one = [...ours].sort(compareData)
  const other = [...theirs].sort(compareData)
  for (const [index, record] of one.entries()) {
    const opposite = other[index]
    if (opposite === undefined) return 1
    const order = compareData(record, opposite)
    if (order !== 0) return order
  }
  return one.length - other.length
}
