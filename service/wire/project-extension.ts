import { ProjectSchema } from './generated/extensions_pb.ts'
import { KEY_BYTES, parseMessage, requireKey, serialiseMessage } from './protobuf.ts'

/** Most auth cores, and so members, of one project. Phones set no limit; each costs every member a core on disk. */
export const MAX_AUTH_CORES = 1000

/** Room for twice as many keys, each with two bytes before it: a phone may know keys that the hub has refused. */
const MAX_PROJECT_EXTENSION_BYTES = 2 * MAX_AUTH_CORES * (KEY_BYTES + 2)

/** Writes a `mapeo/project` message. @param authCoreKeys 32 bytes each; at most `MAX_AUTH_CORES` are read again */
export function encodeProjectExtension(authCoreKeys: readonly Buffer[]): Buffer {
  return serialiseMessage(ProjectSchema, { authCoreKeys: [...authCoreKeys] })
}

/**
 * Reads a `mapeo/project` message (CoMapeo peer protocol: all auth core keys that the sender knows).
 * @returns different keys of 32 bytes in the order sent; those past the first `MAX_AUTH_CORES` are left out
 * @throws WIRE_INVALID when it is too long, not protobuf, or one key has another length
 */
export function decodeProjectExtension(bytes: Uint8Array): Buffer[] {
  const { authCoreKeys } = parseMessage(ProjectSchema, bytes, MAX_PROJECT_EXTENSION_BYTES)
  const different = new Map<string, Buffer>()
  for (const bytesOfKey of authCoreKeys) {
    const key = requireKey(bytesOfKey, 'authCoreKey')
    different.set(key.toString('hex'), key)
  }
  return [...different.values()].slice(0, MAX_AUTH_CORES)
}
