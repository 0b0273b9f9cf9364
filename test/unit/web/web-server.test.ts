import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { WebServer } from '../../../service/web/web-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryHub } from './memory-hub.ts'

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

interface ServerOptions {
  host?: string
  port?: number
  pageDirectory?: string
}

function makeServer(t: Test, { host = '127.0.0.1', port = 0, pageDirectory }: ServerOptions = {}) {
  const hub = new MemoryHub()
  const keysDirectory = join(t.testdir(), 'keys')
  const server = new WebServer({
    services: hub,
    address: { host, port },
    encryptedAddress: null,
    keysDirectory,
    pageDirectory: pageDirectory ?? null,
    clock: new ManualClock(),
    logger: pino({ level: 'silent' })
  })
  t.teardown(() => server.close())
  return { server, hub, keysDirectory }
}

t.test('port 0 is any free one, and the URL says which', async (t) => {
  const { server } = makeServer(t)
  await server.ready()
  t.match(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
  t.equal((await fetch(`${server.url}/api/health`)).status, 200)
})

t.test('a server on all addresses names this machine', async (t) => {
  const { server } = makeServer(t, { host: '0.0.0.0' })
  await server.ready()
  t.match(server.url, /^http:\/\/localhost:\d+$/)
})

t.test('an IPv6 address is in brackets', async (t) => {
  const { server } = makeServer(t, { host: '::1' })
  await server.ready()
  t.match(server.url, /^http:\/\/\[::1\]:\d+$/)
  t.equal((await fetch(`${server.url}/api/health`)).status, 200)
})

t.test('the page is served at the root with its policy, and nothing outside its directory', async (t) => {
  const pageDirectory = join(t.testdirName, 'ui')
  const { server, keysDirectory } = makeServer(t, { pageDirectory })
  await mkdir(pageDirectory)
  await writeFile(join(pageDirectory, 'index.html'), '<p>board</p>')
  await server.ready()
  await access(join(keysDirectory, 'operator-token'))
  const page = await fetch(server.url)
  t.equal(await page.text(), '<p>board</p>')
  t.match(page.headers.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/)
  for (const outside of ['/%2e%2e/keys/operator-token', '/..%2fkeys%2foperator-token']) {
    t.equal((await fetch(server.url + outside)).status, 404, outside)
  }
})

t.test('a port that is taken fails the start, and nothing is left behind', async (t) => {
  const { server } = makeServer(t)
  await server.ready()
  const port = Number(new URL(server.url).port)
  const second = makeServer(t, { port })
  await t.rejects(second.server.ready(), { code: 'EADDRINUSE' })
  t.same(second.hub.changes.eventNames(), [])
})

t.test('after close nobody answers and nothing listens', async (t) => {
  const { server, hub } = makeServer(t)
  await server.ready()
  const { url } = server
  t.not(hub.changes.eventNames().length, 0)
  await server.close()
  t.same(hub.changes.eventNames(), [])
  await t.rejects(fetch(`${url}/api/health`))
})
