import { WaystationError } from '../errors.ts'
import { DownloadIntentSchema } from './generated/extensions_pb.ts'
import { parseMessage, serialiseMessage } from './protobuf.ts'

/** Phones know three types of file; the rest is room for those to come. */
const MAX_TYPES = 16
/** Phones know three variants of a photo. */
const MAX_VARIANTS = 16
/** The names in use have at most nine characters. */
const MAX_CHARACTERS = 64
/** All of the above at their largest, with up to three bytes for each character and a few around each name. */
const MAX_DOWNLOAD_INTENT_BYTES = MAX_TYPES * (MAX_VARIANTS + 1) * (MAX_CHARACTERS * 3 + 8)

/** Which files a device will ever ask for. A device that never said so asks for everything. */
export interface DownloadIntent {
  everything: boolean
  /** From the type of file (`photo`, `audio`, `video`) to its variants; no variants means all of that type. */
  variants: ReadonlyMap<string, readonly string[]>
}

/** Writes a `mapeo/download-intent` message. */
export function encodeDownloadIntent({ everything, variants }: DownloadIntent): Buffer {
  const downloadIntents = Object.fromEntries(
    [...variants].map(([type, names]) => [type, { variants: [...names] }])
  )
  return serialiseMessage(DownloadIntentSchema, { everything, downloadIntents })
}

/**
 * Reads a `mapeo/download-intent` message (CoMapeo peer protocol from 2.1 on).
 * @throws WIRE_INVALID when it is too long, not protobuf, or has more or longer names than any phone would send
 */
export function decodeDownloadIntent(bytes: Uint8Array): DownloadIntent {
  const { everything, downloadIntents } = parseMessage(DownloadIntentSchema, bytes, MAX_DOWNLOAD_INTENT_BYTES)
  const types = Object.entries(downloadIntents)
  requireAtMost(types.length, MAX_TYPES, 'types')
  for (const [type, { variants }] of types) {
    requireAtMost(variants.length, MAX_VARIANTS, 'variants')
    for (const name of [type, ...variants]) requireAtMost(name.length, MAX_CHARACTERS, 'characters in a name')
  }
  return { everything, variants: new Map(types.map(([type, { variants }]) => [type, variants])) }
}

function requireAtMost(count: number, max: number, what: string): void {
  if (count > max)
    throw new WaystationError('WIRE_INVALID', `Download intent with ${count} ${what}: at most ${max}`)
}
