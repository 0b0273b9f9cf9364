// Types of the parts of these libraries that Waystation uses; they ship none of their own.
// Members marked "internal" are not documented by the library: each use names the reason.

declare module 'hypercore' {
  import { EventEmitter } from 'node:events'
  import type HypercoreStorage from 'hypercore-storage'
  import type Protomux from 'protomux'
  import type { Duplex } from 'streamx'

  namespace Hypercore {
    interface KeyPair {
      publicKey: Buffer
      secretKey?: Buffer
    }

    interface Options {
      compat?: boolean
      keyPair?: KeyPair
      encryption?: { key: Buffer } | null
      encryptionKey?: Buffer | null
      valueEncoding?: string
      writable?: boolean
      wait?: boolean
      snapshot?: boolean
      weak?: boolean
      active?: boolean
      atom?: HypercoreStorage.Atom
    }

    interface GetOptions {
      wait?: boolean
      timeout?: number
      raw?: boolean
      valueEncoding?: string
      decrypt?: boolean
    }

    interface Range {
      start?: number
      /** Exclusive; -1 means the end of the core, also when it grows. */
      end?: number
      blocks?: number[]
      linear?: boolean
    }

    interface Download {
      ready(): Promise<void>
      done(): Promise<boolean>
      downloaded(): Promise<boolean>
      destroy(error?: Error | null): void
    }

    interface Extension {
      send(message: Buffer, peer: Peer): void
      broadcast(message: Buffer): void
      destroy(): void
    }

    /** One remote end of one core. */
    interface Peer {
      remotePublicKey: Buffer
      remoteLength: number
      remoteContiguousLength: number
      remoteFork: number
      remoteOpened: boolean
      remoteSynced: boolean
      protomux: Protomux
      stream: NoiseSecretStream
      channel: Protomux.Channel
      /** internal: whether the library has given up asking this peer for blocks. */
      paused: boolean
      /** internal: what the remote said that it has. */
      remoteBitfield: RemoteBitfield
    }

    interface RemoteBitfield {
      get(index: number): boolean
      findFirst(value: boolean, position: number): number
    }

    interface LocalBitfield {
      get(index: number): boolean
      firstSet(position: number): number
      firstUnset(position: number): number
      /** Yields the words of existing segments that overlap [start, start + length). `start` is a block index. */
      want(start: number, length: number): Generator<{ start: number; bitfield: Uint32Array }>
    }

    interface Encryption {
      /** In place. */
      decrypt(index: number, block: Buffer, core: object): Promise<void>
      /** Bytes before the contents of a block. */
      padding(core: object, index: number): number
    }

    /** Lookups that the store answers together once they are flushed. */
    interface StoreRead {
      /** As it lies in the store: encrypted when the core is. Null when it is not there. */
      getBlock(index: number): Promise<Buffer | null>
      tryFlush(): void
    }

    interface Replicator {
      peers: Peer[]
      attachTo(mux: Protomux): void
      detachFrom(mux: Protomux): void
      attached(mux: Protomux): boolean
    }

    interface NoiseSecretStream extends Duplex {
      publicKey: Buffer
      remotePublicKey: Buffer
      userData: unknown
    }
  }

  class Hypercore extends EventEmitter {
    constructor(storage: HypercoreStorage | null, key: Buffer | null, options?: Hypercore.Options)
    constructor(storage: HypercoreStorage, options?: Hypercore.Options)
    static discoveryKey(key: Buffer): Buffer
    static key(publicKey: Buffer | object, options?: { compat?: boolean }): Buffer
    readonly key: Buffer
    readonly discoveryKey: Buffer
    readonly keyPair: Hypercore.KeyPair | null
    readonly length: number
    readonly byteLength: number
    readonly contiguousLength: number
    readonly fork: number
    readonly writable: boolean
    readonly opened: boolean
    readonly closed: boolean
    readonly closing: Promise<void> | null
    readonly peers: Hypercore.Peer[]
    readonly extensions: Map<string, Hypercore.Extension>
    /** internal: the replicator and the bitfield have no public face. */
    /** internal: where the core is in its storage. */
    readonly state: {
      storage: { core: object; read(): Hypercore.StoreRead }
      length: number
      roots: readonly { index: number; size: number }[]
    }
    /** internal: reads by {@link state} are not decrypted. */
    readonly encryption: Hypercore.Encryption | null
    readonly core: {
      /** internal: a frozen core has two histories. */
      header: { frozen: boolean }
      bitfield: Hypercore.LocalBitfield
      replicator: Hypercore.Replicator
      compat: boolean
      state: { storage: { core: object } }
    }
    ready(): Promise<void>
    close(options?: { error?: Error }): Promise<void>
    session(options?: Hypercore.Options): Hypercore
    snapshot(options?: Hypercore.Options): Hypercore
    append(blocks: Buffer | Buffer[]): Promise<{ length: number; byteLength: number }>
    get(index: number, options?: Hypercore.GetOptions): Promise<Buffer | null>
    has(start: number, end?: number): Promise<boolean>
    clear(start: number, end?: number): Promise<unknown>
    purge(): Promise<void>
    update(options?: { wait?: boolean; force?: boolean }): Promise<boolean>
    download(range?: Hypercore.Range): Hypercore.Download
    replicate(muxOrInitiator: Protomux | boolean | Duplex, options?: object): Duplex
    registerExtension(
      name: string,
      handlers: { encoding?: string; onmessage(message: Buffer, peer: Hypercore.Peer): void }
    ): Hypercore.Extension
    setEncryption(encryption: { key: Buffer } | null): Promise<void>
    createReadStream(options?: {
      start?: number
      end?: number
      live?: boolean
      snapshot?: boolean
    }): AsyncIterable<Buffer>
  }

  export = Hypercore
}

declare module 'hypercore-storage' {
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
      /** internal: `_onfinished` is called with the errors of all reads of a batch, or null. */
      read(options?: object): { _onfinished(error: AggregateError | null): void }
    }
  }

  class HypercoreStorage {
    constructor(directory: string, options?: HypercoreStorage.Options)
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

declare module 'hypercore/lib/merkle-tree.js' {
  /** internal: the part of a core that knows how large each block is without reading it. */
  export const MerkleTree: {
    /** @param index twice that of the block */
    byteRange(state: object, index: number): Promise<[offset: number, byteLength: number]>
  }
}

declare module 'protomux' {
  import type { Duplex } from 'streamx'

  namespace Protomux {
    interface ChannelOptions {
      protocol: string
      id?: Buffer | null
      handshake?: unknown
      unique?: boolean
      userData?: unknown
      messages?: MessageOptions[]
      onopen?(handshake: unknown): void
      onclose?(isRemote: boolean, channel: Channel): void
      ondestroy?(): void
    }
    interface MessageOptions {
      encoding?: unknown
      onmessage?(message: Buffer, channel: Channel): void | Promise<void>
    }
    interface Message {
      send(message: Buffer): boolean
    }
    interface Channel {
      readonly protocol: string
      readonly id: Buffer | null
      readonly opened: boolean
      readonly closed: boolean
      readonly userData: unknown
      readonly messages: Message[]
      open(handshake?: unknown): void
      close(): void
    }
  }

  class Protomux {
    constructor(stream: Duplex)
    readonly stream: Duplex
    createChannel(options: Protomux.ChannelOptions): Protomux.Channel | null
    pair(key: { protocol: string; id?: Buffer | null }, onpair: (id: Buffer | null) => unknown): void
    unpair(key: { protocol: string; id?: Buffer | null }): void
    opened(key: { protocol: string; id?: Buffer | null }): boolean
    destroy(error?: Error): void
    /** internal: called for each channel that the remote opens and nobody here takes. */
    _rejectSession(info: object, remoteId: number): void
    [Symbol.iterator](): IterableIterator<Protomux.Channel>
  }
  export = Protomux
}

declare module '@hyperswarm/secret-stream' {
  import type { Duplex as NodeDuplex } from 'node:stream'
  import { Duplex } from 'streamx'

  class NoiseSecretStream extends Duplex {
    constructor(
      isInitiator: boolean,
      rawStream: NodeDuplex | null,
      options?: { keyPair?: { publicKey: Buffer; secretKey: Buffer } }
    )
    readonly opened: Promise<boolean>
    readonly isInitiator: boolean
    readonly publicKey: Buffer
    readonly remotePublicKey: Buffer
    readonly handshakeHash: Buffer
    readonly rawBytesRead: number
    readonly rawBytesWritten: number
    userData: unknown
    setKeepAlive(intervalMs: number): void
  }
  export = NoiseSecretStream
}

declare module 'streamx' {
  import { EventEmitter } from 'node:events'
  class Duplex extends EventEmitter {
    readonly destroying: boolean
    readonly destroyed: boolean
    write(chunk: Buffer): boolean
    end(): void
    destroy(error?: Error | null): void
    pause(): void
    resume(): void
    pipe(destination: Duplex): Duplex
  }
  export { Duplex }
}

declare module '@mapeo/crypto' {
  export class KeyManager {
    constructor(rootKey: Buffer)
    static generateRootKey(): Buffer
    getIdentityKeypair(): { publicKey: Buffer; secretKey: Buffer }
    getHypercoreKeypair(name: string, token?: Buffer): { publicKey: Buffer; secretKey: Buffer }
    getDerivedKey(name: string, token?: Buffer): Buffer
  }
  export function sign(message: Buffer, secretKey: Buffer): Buffer
  export function verifySignature(message: Buffer, signature: Buffer, publicKey: Buffer): boolean
  export function keyToPublicId(key: Buffer): string
  export function keyToInviteId(key: Buffer): Buffer
}

declare module 'z32' {
  export function encode(bytes: Uint8Array): string
  export function decode(text: string): Buffer
}

declare module 'fs-native-extensions' {
  export function tryLock(fd: number): boolean
  export function unlock(fd: number): void
}

declare module 'rocksdb-native' {
  const RocksDB: {
    constants: {
      bottommostLevelCompaction: { NONE: number; SKIP: number; FORCE: number }
      garbageCollectionPolicy: { DEFAULT: number; FORCE: number; DISABLE: number }
    }
  }
  export = RocksDB
}
