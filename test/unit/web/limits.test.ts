import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import { HTTP_LIMITS, PASSPHRASE_ROUTE_MS } from '../../../service/web/limits.ts'
import { openApp, PASSPHRASE } from './open-app.ts'

async function openListening(t: Parameters<typeof openApp>[0]) {
  const opened = await openApp(t)
  await opened.app.listen({ host: '127.0.0.1', port: 0 })
  return { ...opened, port: (opened.app.server.address() as AddressInfo).port }
}

t.test('the server has the limits of a machine without a proxy in front', async (t) => {
  const { app } = await openListening(t)
  const { server } = app
  t.equal(server.timeout, HTTP_LIMITS.connectionTimeout)
  t.equal(server.requestTimeout, HTTP_LIMITS.requestTimeout)
  t.equal(server.headersTimeout, HTTP_LIMITS.http.headersTimeout)
  t.equal(server.keepAliveTimeout, HTTP_LIMITS.keepAliveTimeout)
  t.equal(server.maxRequestsPerSocket, HTTP_LIMITS.maxRequestsPerSocket)
})

t.test('a silent socket is closed, one that listens to events stays', async (t) => {
  const { app, port } = await openListening(t)
  const request = get({ host: '127.0.0.1', port, path: '/api/events', agent: false })
  const serverSide = once(app.server, 'connection') as Promise<[Socket]>
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const [socket] = await serverSide
  t.equal(socket.timeout, 0, 'the socket of the events has no limit')
  response.destroy()
  response.on('error', () => undefined)

  const next = once(app.server, 'connection') as Promise<[Socket]>
  const silent = connect({ host: '127.0.0.1', port })
  t.teardown(() => silent.destroy())
  const [silentSocket] = await next
  t.equal(silentSocket.timeout, HTTP_LIMITS.connectionTimeout)
})

t.test('a socket is not closed while a passphrase is checked on a slow machine', async (t) => {
  const { app, hub, port } = await openListening(t)
  const serverSide = once(app.server, 'connection') as Promise<[Socket]>
  let whileChecked: number | undefined
  hub.lock.setFirstPassphrase = async () => {
    whileChecked = (await serverSide)[0].timeout
  }
  const response = await fetch(`http://127.0.0.1:${port}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ passphrase: PASSPHRASE })
  })
  t.equal(response.status, 204)
  t.equal(whileChecked, PASSPHRASE_ROUTE_MS)
})

t.test('headers beyond 8 kB are refused', async (t) => {
  const { port } = await openListening(t)
  const headers = { 'x-long': 'x'.repeat(9000) }
  const request = get({ host: '127.0.0.1', port, path: '/api/status', headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  t.equal(response.statusCode, 431)
  response.resume()
})
