import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'
import t, { type Test } from 'tap'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { MAX_HANDSHAKE_FRAME_BYTES } from '../../../service/peers/frame-guard.ts'
import { MAX_UNSENT_BYTES } from '../../../service/peers/peer-limits.ts'
import { HANDSHAKE_TIMEOUT_MS, SecureConnection } from '../../../service/peers/secure-connection.ts'
import { StrangerBudget } from '../../../service/peers/stranger-budget.ts'
import { closeOf } from '../../support/close-of.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { generateKeyPair } from '../storage/key-pair.ts'

/** Two ends of one TCP connection on loopback: the hub's, not read yet, and the one that dialed. */
async function openPair(t: Test): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [near] = (await once(server, 'connection')) as [Socket]
  for (const socket of [near, far]) {
    socket.on('error', () => {}) // every error ends in "close"
    t.teardown(() => socket.destroy())
  }
  return { near, far }
}

function secure(socket: Socket, clock: Clock = systemClock): Promise<SecureConnection> {
  return SecureConnection.open({
    socket,
    direction: 'incoming',
    address: '127.0.0.1',
    keyPair: generateKeyPair(),
    strangers: new StrangerBudget(),
    clock
  })
}

t.test('names the device by the key that it has proved', async (t) => {
  const { near, far } = await openPair(t)
  const keyPair = generateKeyPair()
  const stream = new SecretStream(true, far, { keyPair })
  const connection = await secure(near)
  t.equal(connection.deviceId, keyPair.publicKey.toString('hex'))
  t.notOk(connection.isClosed)
  stream.destroy()
  await connection.closed
  t.ok(connection.isClosed)
})

t.test('a device that says more than a handshake in its first breath is let in', async (t) => {
  const { near, far } = await openPair(t)
  // What the device says after the hub's first words goes out in one piece: the end of its handshake, and a message.
  far.once('data', () => {
    far.cork()
    setImmediate(() => far.uncork())
  })
  const stream = new SecretStream(true, far, { keyPair: generateKeyPair() })
  stream.on('error', () => {})
  const message = Buffer.alloc(MAX_HANDSHAKE_FRAME_BYTES * 4, 1)
  stream.write(message)
  const connection = await secure(near)
  const [heard] = (await once(connection.stream, 'data')) as [Buffer]
  t.ok(heard.equals(message))
  connection.destroy('The test is over')
})

t.test('what the hub says in one turn of the event loop goes out together', async (t) => {
  const { near, far } = await openPair(t)
  const stream = new SecretStream(true, far, { keyPair: generateKeyPair() })
  const connection = await secure(near)
  await new Promise((resolve) => setImmediate(resolve)) // the end of the handshake has gone out
  const messages = [Buffer.from('one'), Buffer.from('two')]
  const heard: Buffer[] = []
  stream.on('data', (message: Buffer) => heard.push(message))
  for (const message of messages) connection.stream.write(message)
  await new Promise((resolve) => process.nextTick(resolve))
  t.ok(near.writableCorked, 'the socket waits for more')
  t.equal(near.writableLength > 0, true, 'what was said is in it')
  while (heard.length < messages.length) await once(stream, 'data')
  t.same(heard, messages)
  t.notOk(near.writableCorked)
  connection.destroy('The test is over')
  await connection.closed
})

t.test('a stranger who says nothing is cut off after the time that a handshake may take', async (t) => {
  const clock = new ManualClock()
  const { near, far } = await openPair(t)
  const refused = t.rejects(secure(near, clock))
  far.resume()
  clock.move(HANDSHAKE_TIMEOUT_MS - 1)
  t.notOk(near.destroyed)
  clock.move(1)
  await Promise.all([refused, closeOf(far)])
  t.ok(near.destroyed)
})

t.test('no timer is left behind by a handshake, done or not', async (t) => {
  const clock = new ManualClock()
  const good = await openPair(t)
  new SecretStream(true, good.far, { keyPair: generateKeyPair() }).on('error', () => {})
  const connection = await secure(good.near, clock)
  t.equal(clock.pending, 0)
  connection.destroy('The test is over')

  const bad = await openPair(t)
  const refused = t.rejects(secure(bad.near, clock))
  bad.far.destroy()
  await refused
  t.equal(clock.pending, 0)
})

t.test('a frame that no handshake has is cut off before its bytes come', async (t) => {
  const { near, far } = await openPair(t)
  const before = process.memoryUsage().arrayBuffers
  const refused = t.rejects(secure(near))
  far.resume()
  far.write(Buffer.of(0xff, 0xff, 0xff, 0x00))
  await Promise.all([refused, closeOf(far)])
  t.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024, 'no 16 MiB were set aside')
})

t.test('bytes that are no handshake end the connection and nothing else', async (t) => {
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x20\0\0' + 'x'.repeat(32) + '\x40\0\0' + 'y'.repeat(64)]) {
    const { near, far } = await openPair(t)
    const refused = t.rejects(secure(near))
    far.resume()
    far.write(bytes, 'latin1')
    await Promise.all([refused, closeOf(far)])
  }
})

t.test('a device that does not read what is said to it is hung up on', async (t) => {
  const { near, far } = await openPair(t)
  const stream = new SecretStream(true, far, { keyPair: generateKeyPair() })
  stream.on('error', () => {})
  const connection = await secure(near)
  far.pause()
  const message = Buffer.alloc(1024 * 1024)
  // What the system holds for a socket that is not read is not counted: it is out of the hub's hands.
  let said = 0
  while (!near.destroyed && said < 8 * MAX_UNSENT_BYTES) {
    connection.stream.write(message)
    said += message.byteLength
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.ok(near.destroyed)
  t.ok(said > MAX_UNSENT_BYTES)
  await connection.closed
})

t.test('a device that reads slowly is said as much to as it likes', async (t) => {
  const { near, far } = await openPair(t)
  const stream = new SecretStream(true, far, { keyPair: generateKeyPair() })
  const connection = await secure(near)
  let heard = 0
  stream.on('data', (bytes: Buffer) => (heard += bytes.byteLength))
  const message = Buffer.alloc(1024 * 1024)
  for (let said = 0; said < 3 * MAX_UNSENT_BYTES; said += message.byteLength) {
    if (!connection.stream.write(message)) await once(connection.stream, 'drain')
  }
  while (heard < 3 * MAX_UNSENT_BYTES) await once(stream, 'data')
  t.notOk(near.destroyed)
  connection.destroy('The test is over')
  await connection.closed
})
