// Types of the part of hyperblobs that the tests use; it ships none of its own.

declare module 'hyperblobs' {
  import type Hypercore from 'hypercore'

  class Hyperblobs {
    constructor(core: Hypercore)
    /** Appends the bytes in blocks of 64 KiB. */
    put(
      bytes: Buffer
    ): Promise<{ byteOffset: number; blockOffset: number; blockLength: number; byteLength: number }>
  }
  export = Hyperblobs
}
