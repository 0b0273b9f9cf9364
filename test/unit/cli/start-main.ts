import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../../../service/main.ts')

interface Line {
  level: number
  msg: string
  [field: string]: unknown
}

/** The real process, with its log. It ends with the test. */
export function startMain(t: { teardown(action: () => void): void }, args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: 'pipe' })
  t.teardown(() => void child.kill('SIGKILL'))
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line)
    for (const wake of waiting) wake()
  })
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  const logged = async (msg: string): Promise<Line> => {
    for (;;) {
      const line = lines.find((line) => line.msg === msg)
      if (line !== undefined) return line
      if (child.exitCode !== null) throw new Error(`ended without "${msg}": ${stderr}`)
      await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), once(child, 'close')])
    }
  }
  return { child, lines, logged, stderr: () => stderr }
}

export async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

export const runArgs = (data: string) => [
  'run',
  ...['--data', data, '--http', '127.0.0.1:0', '--mdns', 'off', '--network', 'none', '--name', 'Base']
]
