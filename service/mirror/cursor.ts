import { WaystationError } from '../errors.ts'

/** @param key where the next page starts */
export function encodeCursor(key: Buffer): string {
  return key.toString('base64url')
}

/** @throws REQUEST_INVALID for what no page has given */
export function decodeCursor(cursor: string, bytes: number): Buffer {
  const key = Buffer.from(cursor, 'base64url')
  // Decoding skips what is not base64url: only a text that comes back the same was one.
  if (key.length !== bytes || key.toString('base64url') !== cursor) {
    throw new WaystationError('REQUEST_INVALID', 'The cursor was not given by an earlier page')
  }
  return key
}
