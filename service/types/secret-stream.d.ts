// Types of the parts of @hyperswarm/secret-stream that Waystation uses; it ships none of its own.

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
