import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import t from 'tap'
import type { StatusView } from '../../../service/web/status-schemas.ts'
import { openTlsIdentity, TLS_IDENTITY_FILE } from '../../../service/web/tls-identity.ts'
import { WebServer } from '../../../service/web/web-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryHub } from './memory-hub.ts'

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

async function openServer(t: Test) {
  const keysDirectory = join(t.testdir(), 'keys')
  const server = new WebServer({
    services: new MemoryHub(),
    address: { host: '127.0.0.1', port: 0 },
    encryptedAddress: { host: '127.0.0.1', port: 0 },
    keysDirectory,
    pageDirectory: null,
    clock: new ManualClock(),
    logger: pino({ level: 'silent' })
  })
  t.teardown(() => server.close())
  await server.ready()
  return { server, keysDirectory }
}

async function ask(options: RequestOptions, body = '') {
  const asking = request({ host: '127.0.0.1', ...options })
  asking.end(body)
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  const certificate = (response.socket as TLSSocket).getPeerX509Certificate()
  return { response, certificate, body: await text(response) }
}

t.test(
  'the encrypted page is that of the plain one, under the certificate that the status names',
  async (t) => {
    const { server, keysDirectory } = await openServer(t)
    const port = server.https?.port
    const ca = await readFile(join(keysDirectory, TLS_IDENTITY_FILE))
    const { body, certificate } = await ask({ port, path: '/api/status', ca, servername: 'waystation.local' })
    const status = JSON.parse(body) as StatusView
    t.same(status.https, { port, fingerprint: certificate?.fingerprint256 })
    t.same(((await (await fetch(`${server.url}/api/status`)).json()) as StatusView).https, status.https)
  }
)

t.test('a session that began encrypted is never sent in clear', async (t) => {
  const { server, keysDirectory } = await openServer(t)
  const ca = await readFile(join(keysDirectory, TLS_IDENTITY_FILE))
  const headers = { host: 'waystation.local', 'content-type': 'application/json' }
  const { response } = await ask(
    {
      port: server.https?.port,
      path: '/api/setup',
      method: 'POST',
      ca,
      servername: 'waystation.local',
      headers
    },
    JSON.stringify({ passphrase: 'the river is high' })
  )
  t.equal(response.statusCode, 204)
  t.match(response.headers['set-cookie']?.[0], /; Secure/)
})

t.test('a browser that accepted the certificate knows the hub again after a restart', async (t) => {
  const directory = t.testdir()
  const first = await openTlsIdentity(directory)
  t.same(await openTlsIdentity(directory), first)
})

t.test(
  'a damaged certificate is not replaced behind the back of those who printed its fingerprint',
  async (t) => {
    const directory = t.testdir({ [TLS_IDENTITY_FILE]: 'no certificate' })
    await t.rejects(openTlsIdentity(directory))
  }
)
