import HypercoreStorage from 'hypercore-storage'

type Database = HypercoreStorage.Database

/** The library keeps every table and photo file open for ever; a full card has tens of thousands of them. */
export const MAX_OPEN_FILES = 512

interface Failures {
  readonly onWriteFailed: (error: unknown) => void
  readonly onReadFailed: (error: unknown) => void
}

/**
 * Storage that all cores share. A hypercore that closes also closes the storage that it was given, as if it were the
 * only one on it; here that does nothing, and the owner closes it at the end.
 */
export class CoreStorage extends HypercoreStorage {
  /**
   * hypercore keeps most of what goes wrong with the card to itself.
   * @param options.onWriteFailed told of every write that the card did not take
   * @param options.onReadFailed told of every read that brought nothing, or other bytes than were written
   */
  constructor(
    directory: string,
    { onWriteFailed, onReadFailed, ...options }: HypercoreStorage.Options & Failures
  ) {
    super(directory, options)
    watch(this.db, { onWriteFailed, onReadFailed }, new WeakSet())
  }

  override async close(): Promise<void> {}

  async closeForGood(): Promise<void> {
    await super.close()
  }
}

/**
 * Every core has a session of the database to itself. A batch that is done is used again for a later one.
 * @param watched the batches that are watched already
 */
function watch(database: Database, failures: Failures, watched: WeakSet<object>): Database {
  const session = database.session.bind(database)
  database.session = (options) => watch(session(options), failures, watched)
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
        failures.onWriteFailed(error)
        throw error
      }
    }
    return batch
  }
  // How a core that is opened learns which blocks it has.
  const iterator = database.iterator.bind(database)
  database.iterator = (...range) => iterator(...range).on('error', failures.onReadFailed)
  const read = database.read.bind(database)
  database.read = (options) => {
    const batch = read(options)
    if (watched.has(batch)) return batch
    watched.add(batch)
    // Reads are many, and nobody waits for a batch of them as a whole: this is where the library ends one.
    const finished = batch._onfinished.bind(batch)
    batch._onfinished = (error) => {
      finished(error)
      if (error !== null) failures.onReadFailed(error)
    }
    return batch
  }
  return database
}
