import HypercoreStorage from 'hypercore-storage'

/**
 * Storage that all cores share. A hypercore that closes also closes the storage that it was given, as if it were the
 * only one on it; here that does nothing, and the owner closes it at the end.
 */
export class CoreStorage extends HypercoreStorage {
  override async close(): Promise<void> {}

  async closeForGood(): Promise<void> {
    await super.close()
  }
}
