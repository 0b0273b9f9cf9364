import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { PLACES_OF_ONE_ADDRESS, SOCKETS_MAX } from '../../../service/web/limits.ts'
import { keepPlaces } from '../../../service/web/places.ts'
import { openTlsIdentity } from '../../../service/web/tls-identity.ts'

const SOMEBODY = '127.0.0.2'
const ANOTHER = '127.0.0.3'

/** A server that answers when it is told to, and devices at addresses of their own. */
async function openServer(t: Test) {
  const asked: ServerResponse[] = []
  const server = createServer((_request, response) => void asked.push(response))
  keepPlaces(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets: Socket[] = []
  t.teardown(() => {
    sockets.forEach((socket) => socket.destroy())
    server.closeAllConnections()
    server.close()
  })

  /** A socket that the server has seen, on which nothing was said yet. */
  async function silent(localAddress: string): Promise<Socket> {
    const seen = once(server, 'connection')
    const socket = connect({ host: '127.0.0.1', port, localAddress })
    sockets.push(socket)
    socket.on('error', () => {}) // "reset" is how some are let go
    await seen
    return socket
  }
  /** A socket whose request is being answered. */
  async function busy(localAddress: string): Promise<Socket> {
    const socket = await silent(localAddress)
    const request = once(server, 'request')
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await request
    return socket
  }
  /** Whether a request from there is answered. */
  async function isServed(localAddress: string): Promise<boolean> {
    server.once('request', () => asked.pop()?.end('served'))
    const request = get({ host: '127.0.0.1', port, localAddress, agent: false })
    const [response] = (await once(request, 'response').catch(() => [null])) as [IncomingMessage | null]
    response?.resume()
    return response?.statusCode === 200
  }
  return { asked, silent, busy, isServed }
}

async function many<T>(count: number, open: () => Promise<T>): Promise<T[]> {
  const opened: T[] = []
  for (let index = 0; index < count; index++) opened.push(await open())
  return opened
}

t.test('sockets that say nothing keep nobody out, of one address or of many', async (t) => {
  const { silent, isServed } = await openServer(t)
  await many(SOCKETS_MAX * 2, () => silent(SOMEBODY))
  t.ok(await isServed(ANOTHER))
  for (let index = 0; index < SOCKETS_MAX; index++) await silent(`127.0.1.${1 + index}`)
  t.ok(await isServed(ANOTHER))
})

t.test('a request that comes a byte at a time keeps nobody out either', async (t) => {
  const { silent, isServed } = await openServer(t)
  const slow = await many(SOCKETS_MAX, () => silent(SOMEBODY))
  for (const socket of slow) socket.write('GET / HTTP/1.1\r\nx')
  t.ok(await isServed(ANOTHER))
})

t.test('of sockets at rest that goes which has been so for longest', async (t) => {
  const { asked, silent, busy } = await openServer(t)
  const answered = await busy(SOMEBODY)
  const first = await silent(SOMEBODY)
  asked.pop()?.end('served')
  await once(answered, 'data')
  for (let index = 2; index < SOCKETS_MAX; index++) await silent(`127.0.1.${index}`)
  await Promise.all([once(first, 'close'), silent(ANOTHER)])
  t.notOk(answered.closed)
})

t.test('an address with more than its part gives way, also while it is answered', async (t) => {
  const { silent, busy, isServed } = await openServer(t)
  const other = await silent(ANOTHER)
  const [oldest] = await many(SOCKETS_MAX - 1, () => busy(SOMEBODY))
  await Promise.all([once(oldest!, 'close'), isServed('127.0.0.4')])
  t.notOk(other.closed, 'who is at rest and has one place keeps it')
})

t.test('an address with more than its part, all of it in use, gets no more', async (t) => {
  const { silent, busy } = await openServer(t)
  const other = await silent(ANOTHER)
  const taken = await many(SOCKETS_MAX - 1, () => busy(SOMEBODY))
  const oneTooMany = await silent(SOMEBODY)
  if (!oneTooMany.closed) await once(oneTooMany, 'close')
  t.notOk(other.closed)
  t.notOk(taken.some(({ closed }) => closed))
})

t.test(
  'where nobody has more than its part and all is in use, the oldest of the most crowded address goes',
  async (t) => {
    const { busy, isServed } = await openServer(t)
    const [oldest] = await many(PLACES_OF_ONE_ADDRESS, () => busy(SOMEBODY))
    for (let index = PLACES_OF_ONE_ADDRESS; index < SOCKETS_MAX; index++) await busy(`127.0.1.${index}`)
    const [, isAnswered] = await Promise.all([once(oldest!, 'close'), isServed(ANOTHER)])
    t.ok(isAnswered)
  }
)

t.test('under TLS, too, who is answered keeps its place before those at rest', async (t) => {
  const { pem } = await openTlsIdentity(t.testdir())
  const server = createTlsServer({ key: pem, cert: pem })
  keepPlaces(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answered = connectTls({ host: '127.0.0.1', port, ca: pem, servername: 'waystation.local' })
  const sockets: Socket[] = [answered]
  t.teardown(() => {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  })
  await once(answered, 'secureConnect')
  const asked = once(server, 'request')
  answered.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await asked
  for (let index = 1; index <= SOCKETS_MAX; index++) {
    const seen = once(server, 'connection')
    const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.1.${index}` })
    socket.on('error', () => {}) // "reset" is how one is let go
    sockets.push(socket)
    await seen
  }
  const [, first] = sockets
  if (!first!.closed) await once(first!, 'close')
  t.notOk(answered.closed)
})
