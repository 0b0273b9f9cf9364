import type { Random } from '../support/random.ts'

/** Values at the edges of bytes, varints and lengths. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x12, 0xc0]

/** Longer inputs find nothing that shorter ones do not, and cost time. */
const MAX_BYTES = 4096

/** One to four changes to `bytes`, of which some take from `other`. */
export function mutated(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let changed: Buffer = Buffer.from(bytes)
  for (let left = 1 + random.below(4); left > 0; left--) changed = changedOnce(changed, other, random)
  return changed.subarray(0, MAX_BYTES)
}

function changedOnce(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  const length = 1 + random.below(8)
  const before = bytes.subarray(0, at)
  const after = bytes.subarray(at)
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, Buffer.of((1 << random.below(8)) ^ (after[0] ?? 0)), after.subarray(1)])
    case 1:
      return Buffer.concat([before, Buffer.of(random.pick(EDGES)), after.subarray(1)])
    case 2:
      return Buffer.concat([before, Buffer.from(Array.from({ length }, () => random.below(256))), after])
    case 3:
      return Buffer.concat([before, after.subarray(length)])
    case 4:
      return Buffer.concat([before, after.subarray(0, length), after])
    case 5: {
      const from = random.below(other.length + 1)
      return Buffer.concat([before, other.subarray(from, from + length * 4), after])
    }
    default:
      return Buffer.concat([before, other.subarray(random.below(other.length + 1))])
  }
}
