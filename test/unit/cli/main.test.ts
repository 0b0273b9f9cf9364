import { join, relative } from 'node:path'
import t from 'tap'
import { exitOf, runArgs, startMain } from './start-main.ts'

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

t.test('a data directory can be named from where the command is called, as the default is', async (t) => {
  const { child, logged } = startMain(t, runArgs(relative(process.cwd(), join(t.testdir(), 'data'))))
  t.match(await logged('ready'), { http: String })
  child.kill('SIGTERM')
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
