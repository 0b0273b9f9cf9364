import type { DiscoveryKey, VersionId } from '../ids.ts'

/**
 * The first bytes of a discovery key stand for the core in records. To make a second core with the same ones takes 2^64
 * key pairs; the indexer refuses it all the same.
 */
export const TAG_BYTES = 8

/** A version, as records name it: tag of its core, then the index of its block (uint32). */
export const REF_BYTES = TAG_BYTES + 4

/** Blocks of a core that a reference can name. At one document a second a core gets there in 136 years. */
export const MAX_BLOCKS = 2 ** 32 - 1

export function tagOf(discoveryKey: DiscoveryKey | string): Buffer {
  return Buffer.from(discoveryKey.slice(0, TAG_BYTES * 2), 'hex')
}

export function refOf(tag: Buffer, index: number): Buffer {
  const ref = Buffer.allocUnsafe(REF_BYTES)
  ref.set(tag, 0)
  ref.writeUInt32BE(index, TAG_BYTES)
  return ref
}

export function tagOfRef(ref: Buffer): Buffer {
  return ref.subarray(0, TAG_BYTES)
}

export function indexOfRef(ref: Buffer): number {
  return ref.readUInt32BE(TAG_BYTES)
}

export function versionIdOf(discoveryKey: DiscoveryKey, index: number): VersionId {
  return `${discoveryKey}/${index}` as VersionId
}

/** @param versionId as `@comapeo/schema` writes them: hex of 32 bytes or more, a slash, a block index */
export function refOfVersionId(versionId: string): Buffer {
  return refOf(tagOf(versionId), Number(versionId.slice(versionId.indexOf('/') + 1)) % MAX_BLOCKS)
}
