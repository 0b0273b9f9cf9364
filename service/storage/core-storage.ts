import HypercoreStorage from 'hypercore-storage'

type Database = HypercoreStorage.Database

/**
 * Storage that all cores share. A hypercore that closes also closes the storage that it was given, as if it were the
 * only one on it; here that does nothing, and the owner closes it at the end.
 */
export class CoreStorage extends HypercoreStorage {
  /** @param options.onWriteFailed told of every write that the card did not take: hypercore keeps most of them to itself */
  constructor(
    directory: string,
    { onWriteFailed, ...options }: HypercoreStorage.Options & { onWriteFailed: (error: unknown) => void }
  ) {
    super(directory, options)
    watchWrites(this.db, onWriteFailed, new WeakSet())
  }

  override async close(): Promise<void> {}

  async closeForGood(): Promise<void> {
    await super.close()
  }
}

/**
 * Every core has a session of the database to itself. A batch that was written is used again for a later one.
 * @param watched the batches that are watched already
 */
function watchWrites(
  database: Database,
  onWriteFailed: (error: unknown) => void,
  watched: WeakSet<object>
): Database {
  const session = database.session.bind(database)
  database.session = (options) => watchWrites(session(options), onWriteFailed, watched)
  const write = database.write.bind(database)
  database.write = (options) => {
    const batch = write(options)
    if (watched.has(batch)) return batch
    watched.add(batch)
    const flush = batch.flush.bind(batch)
    batch.flush = async () => {
      try {
        await flush()
      } catch (error) {
        onWriteFailed(error)
        throw error
      }
    }
    return batch
  }
  return database
}
