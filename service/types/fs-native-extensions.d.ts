// Types of the parts of fs-native-extensions that Waystation uses; it ships none of its own.

declare module 'fs-native-extensions' {
  export function tryLock(fd: number): boolean
  export function unlock(fd: number): void
}
