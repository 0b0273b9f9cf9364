import { createHash } from 'node:crypto'
import { WaystationError } from '../errors.ts'
import { readIfPresent, writeDurably } from './durable-file.ts'

const DIGEST_BYTES = 32

/**
 * Bytes with their SHA-256 in front, so that a flipped bit or a cut-off end on a worn card is an error and not another
 * value. Against damage, not against people: a sealed file is for those.
 */
export function withDigest(bytes: Uint8Array): Buffer {
  return Buffer.concat([digest(bytes), bytes])
}

/** Replaces a file durably by these bytes and their digest. */
export async function writeChecked(path: string, bytes: Uint8Array): Promise<void> {
  await writeDurably(path, withDigest(bytes))
}

/**
 * @returns the bytes that were written, or null when there is no such file
 * @throws FILE_DAMAGED when the file holds anything else
 */
export async function readChecked(path: string): Promise<Buffer | null> {
  const stored = await readIfPresent(path)
  if (stored === null) return null
  const bytes = stored.subarray(DIGEST_BYTES)
  if (digest(bytes).equals(stored.subarray(0, DIGEST_BYTES))) return bytes
  throw new WaystationError('FILE_DAMAGED', `${path} does not hold what was written to it`)
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
