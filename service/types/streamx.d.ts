// Types of the parts of streamx that Waystation uses; it ships none of its own.

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
