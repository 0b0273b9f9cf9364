import { randomBytes } from 'node:crypto'
import { chmod, link, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { WaystationError } from '../errors.ts'
import { readChecked, withDigest, writeChecked } from '../storage/checked-file.ts'
import { eraseFile } from '../storage/erase.ts'
import {
  isMissing,
  makeDirectory,
  readIfPresent,
  syncDirectory,
  UNFINISHED_SUFFIX,
  writeUnfinished
} from '../storage/durable-file.ts'

/** CoMapeo peer protocol: the root key is 16 random bytes. */
const ROOT_KEY_BYTES = 16

/** The key as it is. A sealed one is elsewhere, in the key ring. */
const VERSION_BARE = 1

const ORIGINAL = 'root-key'
const COPY = 'root-key.copy'

export interface RootKey {
  rootKey: Buffer
  origin: 'made' | 'read' | 'repaired'
}

type StoredKey = Buffer | 'missing' | 'damaged'

/**
 * Reads the root key of this hub, repairs one copy from the other, and makes a key on the very first start. It never
 * makes a second one: the hub's own cores follow from the key, and phones would meet a stranger with its name.
 *
 * @param keysDirectory where the key and its copy are; made when it is missing, for the hub's user alone
 * @param coresDirectory exists as soon as anything depends on the key
 * @throws IDENTITY_DAMAGED when there was a key and neither copy can be read
 */
export async function loadRootKey(keysDirectory: string, coresDirectory: string): Promise<RootKey> {
  await makeDirectory(keysDirectory)
  // A copy from a backup may have come with wider rights.
  await chmod(keysDirectory, 0o700)
  const paths = [join(keysDirectory, ORIGINAL), join(keysDirectory, COPY)] as const

  let origin: RootKey['origin'] = 'read'
  const isFirstStart = (await isEmptyOrMissing(coresDirectory)) && (await isEmptyOrMissing(keysDirectory))
  if (isFirstStart && (await makeRootKey(paths[0]))) origin = 'made'

  const [original, copy] = [await readStored(paths[0]), await readStored(paths[1])]
  const rootKey = original instanceof Buffer ? original : copy
  if (!(rootKey instanceof Buffer)) throw identityDamaged(keysDirectory, 'cannot be read')
  if (original instanceof Buffer && copy instanceof Buffer && !original.equals(copy)) {
    throw identityDamaged(keysDirectory, 'has two copies that are not the same')
  }
  for (const [path, stored] of [[paths[0], original] as const, [paths[1], copy] as const]) {
    if (stored instanceof Buffer) continue
    await writeChecked(path, encode(rootKey))
    if (origin === 'read') origin = 'repaired'
  }
  return { rootKey, origin }
}

/** @returns whether there is a root key, whole or not, that is not sealed */
export async function hasRootKey(keysDirectory: string): Promise<boolean> {
  const stored = await Promise.all([ORIGINAL, COPY].map((name) => readIfPresent(join(keysDirectory, name))))
  return stored.some((bytes) => bytes !== null)
}

/** Overwrites and removes both copies. The copy goes first: what a cut leaves is then repaired, or erased, as a whole. */
export async function eraseRootKey(keysDirectory: string): Promise<void> {
  await eraseFile(join(keysDirectory, COPY))
  await eraseFile(join(keysDirectory, ORIGINAL))
}

/** @returns false when another process that starts at the same moment was first; its key is the one to use */
async function makeRootKey(path: string): Promise<boolean> {
  const unfinished = await writeUnfinished(path, withDigest(encode(randomBytes(ROOT_KEY_BYTES))))
  try {
    // Unlike a rename, this never replaces a key that is there.
    await link(unfinished, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(unfinished)
    await syncDirectory(join(path, '..'))
  }
}

function encode(rootKey: Buffer): Buffer {
  return Buffer.concat([Buffer.of(VERSION_BARE), rootKey])
}

async function readStored(path: string): Promise<StoredKey> {
  try {
    const bytes = await readChecked(path)
    if (bytes === null) return 'missing'
    if (bytes.byteLength !== 1 + ROOT_KEY_BYTES || bytes[0] !== VERSION_BARE) return 'damaged'
    return bytes.subarray(1)
  } catch (error) {
    if (error instanceof WaystationError && error.code === 'FILE_DAMAGED') return 'damaged'
    throw error
  }
}

async function isEmptyOrMissing(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).every((name) => name.endsWith(UNFINISHED_SUFFIX))
  } catch (error) {
    if (isMissing(error)) return true
    throw error
  }
}

export function identityDamaged(keysDirectory: string, what: string, name = ORIGINAL): WaystationError {
  return new WaystationError(
    'IDENTITY_DAMAGED',
    `The ${name} in ${keysDirectory} ${what}, and this hub already holds data that depends on it. Put ${name} ` +
      'back from a backup. Only if there is none: remove the whole data directory; the hub then starts as a new ' +
      'device and must be invited again.'
  )
}
