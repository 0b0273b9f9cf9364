import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** A scan takes some seconds; nothing here may hang for longer. */
const LIMIT_MS = 30_000

/** @returns what the command printed @throws when it fails or takes too long */
export async function runCommand(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(command, args, { timeout: LIMIT_MS, maxBuffer: 4 << 20 })
  return stdout
}
