// Types of the parts of rocksdb-native that Waystation uses; it ships none of its own.

declare module 'rocksdb-native' {
  const RocksDB: {
    constants: {
      bottommostLevelCompaction: { NONE: number; SKIP: number; FORCE: number }
      garbageCollectionPolicy: { DEFAULT: number; FORCE: number; DISABLE: number }
    }
  }
  export = RocksDB
}
