// Types of the parts of hypercore that Waystation uses; it ships none of its own.
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

    /** That blocks are of a core, as its owner signed it. */
    interface Proof {
      block: { index: number; value: Buffer | null } | null
    }

    interface Replicator {
      peers: Peer[]
      /** internal: has every session say that a block has come. */
      _ondownload(index: number, byteLength: number, from: Peer | null): void
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
    /** How many hashes it takes to prove a block to this core, beyond those that it has. */
    missingNodes(index: number): Promise<number>
    /** For a core that has `upgrade.start` blocks, or `block.nodes` hashes too few. */
    proof(
      of: { upgrade: { start: number; length: number } } | { block: { index: number; nodes: number } }
    ): Promise<Hypercore.Proof>
    /** Verifies and stores. Resolves with false when it does not fit this core now; rejects when it is wrong. */
    applyProof(proof: Hypercore.Proof): Promise<boolean>
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

declare module 'hypercore/lib/merkle-tree.js' {
  /** internal: the part of a core that knows how large each block is without reading it. */
  export const MerkleTree: {
    /** @param index twice that of the block */
    byteRange(state: object, index: number): Promise<[offset: number, byteLength: number]>
  }
}
