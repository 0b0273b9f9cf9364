declare module 'xache' {
  /** Forgets what was not asked for longest, half of it at a time: keeps between `maxSize` and twice as many. */
  class Cache<Key, Value> {
    constructor(options: { maxSize: number })
    get(key: Key): Value | null
    set(key: Key, value: Value): this
    clear(): void
  }

  export = Cache
}
