import type { Readable, Writable } from 'node:stream'
import type { Config } from '../config.ts'

/** The process, as far as commands may know it. */
export interface CliContext {
  env: NodeJS.ProcessEnv
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable
  stderr: Writable
  /** Runs a hub in this process. Resolves when it was asked to stop and has closed, with the exit code that says why. */
  serve: (config: Config) => Promise<number>
}
