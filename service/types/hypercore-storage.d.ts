// Types of the parts of hypercore-storage that Waystation uses; it ships none of its own.
// Members marked "internal" are not documented by the library: each use names the reason.

declare module 'hypercore-storage' {
  import type { EventEmitter } from 'node:events'
  namespace HypercoreStorage {
    /** Changes to cores that are made in memory and written as one. Sessions are opened on it with `{ atom }`. */
    interface Atom {
      /** Runs after the changes were written: hypercore registers here what makes them visible. */
      onflush(action: () => Promise<void>): void
      flush(): Promise<void>
    }

    interface Options {
      allowBackup?: boolean
      writeBufferSize?: number
      maxOpenFiles?: number
      blobFileSize?: number
      readOnly?: boolean
      wait?: boolean
    }

    /** internal: a session of the RocksDB database. */
    interface Database {
      session(options?: object): Database
      write(options?: object): { flush(): Promise<void> }
      iterator(range: object, options?: object): AsyncIterable<unknown> & EventEmitter
      /** internal: `_onfinished` is called with the errors of all reads of a batch, or null. */
      read(options?: object): { _onfinished(error: AggregateError | null): void }
    }

    /** internal: what the library needs of a database to hold one core that is opened once. */
    interface Rows {
      readonly opened: boolean
      readonly closed: boolean
      /** Below the directory that the library looks at before it opens. */
      readonly path: string
      /** internal: not an earlier state of the database. */
      readonly _snapshot: null
      ready(): Promise<void>
      close(): Promise<void>
      columnFamily(): Rows
      session(): Rows
      read(): RowsRead
      write(): RowsWrite
    }

    interface RowsRead {
      get(key: Buffer): Promise<Buffer | null>
      tryFlush(): void
      destroy(): void
    }

    /** Changes that are made together or not at all, when `flush` is called. */
    interface RowsWrite {
      tryPut(key: Buffer, value: Buffer): void
      tryDelete(key: Buffer): void
      /** @param end exclusive */
      tryDeleteRange(start: Buffer, end: Buffer): void
      flush(): Promise<void>
    }
  }

  class HypercoreStorage {
    constructor(directory: string, options?: HypercoreStorage.Options)
    constructor(rows: HypercoreStorage.Rows)
    /** internal: what everything is written through. */
    readonly db: HypercoreStorage.Database
    readonly opened: boolean
    readonly closed: boolean
    ready(): Promise<void>
    close(): Promise<void>
    flush(): Promise<void>
    compact(options: {
      bottommostLevelCompaction: number
      blobGarbageCollectionPolicy: number
      /** The oldest part of the files with large values that is rewritten; 1 is all. */
      blobGarbageCollectionAgeCutoff?: number
    }): Promise<void>
    createAtom(): HypercoreStorage.Atom
    deleteCore(pointer: object): Promise<void>
    /** What is stored of each core, without opening it; null for one that is not stored. */
    getInfos(
      discoveryKeys: Buffer[],
      options: { auth: boolean; head: boolean; hints: boolean }
    ): Promise<({ head: { length: number } | null } | null)[]>
    hasCore(discoveryKey: Buffer): Promise<boolean>
  }
  export = HypercoreStorage
}
