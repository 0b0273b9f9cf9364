import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'

const MAIN = join(import.meta.dirname, '../../../service/main.ts')

interface Line {
  level: number
  msg: string
  [field: string]: unknown
}

/** The real process, with its log. It ends with the test. */
function startMain(t: { teardown(action: () => void): void }, args: string[]) {
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

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

const runArgs = (data: string) => [
  'run',
  ...['--data', data, '--http', '127.0.0.1:0', '--mdns', 'off', '--network', 'none', '--name', 'Base']
]

t.test('run tells where it is found, and SIGTERM ends it in order', async (t) => {
  const { child, logged } = startMain(t, runArgs(join(t.testdir(), 'data')))
  const ready = await logged('ready')
  t.match(ready, { http: /^http:\/\/127\.0\.0\.1:\d+$/, deviceId: /^[0-9a-f]{64}$/ })
  const { port } = ready.sync as { name: string; port: number }
  t.ok(port > 0)
  const status = await (await fetch(`${String(ready.http)}/api/status`)).json()
  t.match(status, { hub: { name: 'Base', deviceId: ready.deviceId }, sync: { port } })
  child.kill('SIGTERM')
  await logged('stopped')
  t.equal(await exitOf(child), 0)
})

t.test('SIGINT while it starts ends it in order, too', async (t) => {
  const { child, logged } = startMain(t, runArgs(join(t.testdir(), 'data')))
  await logged('identity made')
  child.kill('SIGINT')
  await logged('stopped')
  t.equal(await exitOf(child), 0)
})

t.test('a second hub on the same data says so and ends with 1', async (t) => {
  const data = join(t.testdir(), 'data')
  const first = startMain(t, runArgs(data))
  await first.logged('ready')
  const second = startMain(t, runArgs(data))
  t.equal(await exitOf(second.child), 1)
  t.match(second.lines.at(-1), { level: 60, err: { code: 'STORE_LOCKED' } })
  t.match(second.stderr(), /^waystation: /)
  first.child.kill('SIGTERM')
  t.equal(await exitOf(first.child), 0)
})

t.test('a wrong setting ends the start with 2 before anything is made', async (t) => {
  const { child, lines, stderr } = startMain(t, ['run', '--mdns', 'maybe'])
  t.equal(await exitOf(child), 2)
  t.same(lines, [])
  t.equal(stderr(), 'waystation: mdns: "maybe" (from --mdns) is not accepted: it must be on or off\n')
})

for (const [action, exitCode] of [
  ['restart', 10],
  ['shutdown', 11],
  ['reset', 12]
] as const) {
  t.test(`a ${action} that a person asked for ends in order, with ${exitCode}`, async (t) => {
    const data = join(t.testdir(), 'data')
    const { child, logged } = startMain(t, runArgs(data))
    const { http } = await logged('ready')
    const token = (await readFile(join(data, 'keys', 'operator-token'), 'utf8')).trim()
    const response = await fetch(`${String(http)}/api/system/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(action === 'reset' ? { confirmation: 'Base' } : {})
    })
    t.equal(response.status, 202)
    await logged('stopped')
    t.equal(await exitOf(child), exitCode)
    if (action === 'reset') t.same(await readdir(data), [], 'nothing is left')
    else t.ok((await readdir(data)).includes('keys'))
  })
}
