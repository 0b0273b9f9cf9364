// Types of the parts of z32 that Waystation uses; it ships none of its own.

declare module 'z32' {
  export function encode(bytes: Uint8Array): string
  export function decode(text: string): Buffer
}
