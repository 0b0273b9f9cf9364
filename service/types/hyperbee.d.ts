// Types of the parts of hyperbee that Waystation uses; it ships none of its own.

declare module 'hyperbee' {
  import type Hypercore from 'hypercore'
  import type { EventEmitter } from 'node:events'

  namespace Hyperbee {
    interface Range<K> {
      gt?: K
      gte?: K
      lt?: K
      lte?: K
    }
    interface Entry<K, V> {
      seq: number
      key: K
      value: V
    }
    interface HistoryEntry<K, V> extends Entry<K, V> {
      type: 'put' | 'del'
    }
    interface Header {
      protocol: string
      metadata?: { contentFeed?: Buffer | null }
    }
    interface Options {
      keyEncoding?: string | object
      valueEncoding?: string | object
      extension?: boolean
      /** Goes into the header, when the first entry is written. */
      metadata?: { contentFeed: Buffer }
      metadata?: { contentFeed: Buffer }
      checkout?: number
      cache?: object
    }
    interface Batch<K, V> {
      ready(): Promise<void>
      put(key: K, value: V): Promise<void>
      del(key: K): Promise<void>
      get(key: K): Promise<Entry<K, V> | null>
      peek(range: Range<K>, options?: StreamOptions): Promise<Entry<K, V> | null>
      flush(): Promise<void>
      close(): Promise<void>
      createReadStream(range?: Range<K>, options?: StreamOptions): AsyncIterable<Entry<K, V>>
    }
    interface StreamOptions {
      reverse?: boolean
      limit?: number
    }
  }

  class Hyperbee<K = string, V = unknown> {
    constructor(core: Hypercore, options?: Hyperbee.Options)
    readonly core: Hypercore
    readonly version: number
    ready(): Promise<void>
    close(): Promise<void>
    put(key: K, value: V): Promise<void>
    get(key: K, options?: { wait?: boolean; timeout?: number }): Promise<Hyperbee.Entry<K, V> | null>
    /** The entry that one block holds, whatever the tree says of it; a null value when the block deletes the key. */
    getBySeq(seq: number, options?: { wait?: boolean }): Promise<{ key: K; value: V | null }>
    peek(range: Hyperbee.Range<K>, options?: Hyperbee.StreamOptions): Promise<Hyperbee.Entry<K, V> | null>
    del(key: K): Promise<void>
    batch(options?: { update?: boolean }): Hyperbee.Batch<K, V>
    snapshot(options?: object): Hyperbee<K, V>
    checkout(version: number, options?: object): Hyperbee<K, V>
    sub<SK = K, SV = V>(prefix: string, options?: Hyperbee.Options): Hyperbee<SK, SV>
    getHeader(options?: { wait?: boolean }): Promise<Hyperbee.Header | null>
    createReadStream(
      range?: Hyperbee.Range<K>,
      options?: Hyperbee.StreamOptions & { wait?: boolean }
    ): AsyncIterable<Hyperbee.Entry<K, V>> & EventEmitter & { destroy(): void }
    createHistoryStream(options?: {
      live?: boolean
      reverse?: boolean
      gte?: number
      gt?: number
      lt?: number
      lte?: number
      limit?: number
    }): AsyncIterable<Hyperbee.HistoryEntry<K, V>> & { destroy(): void }
  }
  export = Hyperbee
}
