// What a test does to the virtual machine.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
/** How long a command or an awaited state may take. Measures nothing. */
export const LIMIT_MS = 240_000

export const run = async (command, ...args) => (await execute(command, args, { timeout: LIMIT_MS })).stdout
export const sh = (script) => run('sh', '-c', script)
export const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks again until the answer is truthy. */
export async function until(awaited, check) {
  // Not by the wall clock: a time server sets it.
  const end = performance.now() + LIMIT_MS
  let last
  while (performance.now() < end) {
    try {
      last = await check()
      if (last) return last
    } catch (error) {
      last = error
    }
    await delay(500)
  }
  throw new Error(`not within ${LIMIT_MS} ms: ${awaited}; last: ${last?.message ?? JSON.stringify(last)}`)
}
