import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'

const MAIN = join(import.meta.dirname, '../../service/main.ts')

/** Starts a hub and tells how that went: the exit code, or where it is found and what it said. */
export async function startOnce(t: Test, directory: string, more: string[] = []) {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      MAIN,
      'run',
      '--data',
      directory,
      '--http',
      '127.0.0.1:0',
      '--mdns',
      'off',
      '--network',
      'none',
      ...more
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] }
  )
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code]) => ({ msg: `ended ${String(code)}`, http: '' }))
  const said = new Promise<{ msg: string; http: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as { msg: string; http: string }
      if (line.msg === 'ready' || line.msg === 'safe mode') resolve(line)
    })
  })
  const { msg, http } = await Promise.race([ended, said])
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { msg, http, stop }
}
