import type HypercoreStorage from 'hypercore-storage'
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import RocksDB from 'rocksdb-native'
import { RESERVE_BYTES } from './reserve.ts'

/**
 * Photos that are left are written once more to free the room of those that were deleted, when they are no more than this:
 * a few minutes of writing on a slow card.
 */
const MAX_REWRITTEN_BYTES = 2 * 1024 * 1024 * 1024

/**
 * Rewrites the tables of the database without what was deleted from them. Photos lie beside the tables, in files that go
 * when all in them was deleted.
 * @param dataDirectory in which the database lies
 * @param options.photos whether those files are rewritten, too: then nothing of what was deleted is left. That takes as much
 *   room as the photos that are left, for as long as it lasts; where there is none, or where they are more than
 *   {@link MAX_REWRITTEN_BYTES}, some stays as ciphertext until the database makes room by itself.
 */
export async function compactCores(
  cores: HypercoreStorage,
  dataDirectory: string,
  { photos }: { photos: boolean }
): Promise<void> {
  const policy = RocksDB.constants.garbageCollectionPolicy
  await cores.compact({
    bottommostLevelCompaction: RocksDB.constants.bottommostLevelCompaction.FORCE,
    ...(photos && (await mayRewritePhotos(dataDirectory))
      ? { blobGarbageCollectionPolicy: policy.FORCE, blobGarbageCollectionAgeCutoff: 1 }
      : { blobGarbageCollectionPolicy: policy.DISABLE })
  })
}

async function mayRewritePhotos(dataDirectory: string): Promise<boolean> {
  const directory = join(dataDirectory, 'cores', 'db')
  let bytes = 0
  for (const name of await readdir(directory)) {
    // The database removes files whenever it likes.
    if (name.endsWith('.blob')) bytes += (await stat(join(directory, name)).catch(() => ({ size: 0 }))).size
  }
  const { bavail, bsize } = await statfs(dataDirectory)
  return bytes <= MAX_REWRITTEN_BYTES && bytes + RESERVE_BYTES < bavail * bsize
}
