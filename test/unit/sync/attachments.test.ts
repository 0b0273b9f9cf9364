import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'
import Hypercore from 'hypercore'
import { join } from 'node:path'
import Protomux from 'protomux'
import t, { type Test } from 'tap'
import { Attachments, attachWhenOpened } from '../../../service/sync/attachments.ts'
import { closeOf } from '../../support/close-of.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'

/** Both ends of one encrypted connection on loopback. */
async function openMuxes(t: Test): Promise<{ near: Protomux; far: Protomux }> {
  const server = createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const dialed = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = await accepted
  const near = new SecretStream(false, socket, { keyPair: generateKeyPair() })
  const far = new SecretStream(true, dialed, { keyPair: generateKeyPair() })
  for (const stream of [near, far]) {
    stream.on('error', () => {})
    t.teardown(() => stream.destroy())
  }
  socket.resume()
  await Promise.all([near.opened, far.opened])
  return { near: new Protomux(near), far: new Protomux(far) }
}

/** Resolves when the other end has answered a question. What it said before has come by then. */
async function answered(mux: Protomux): Promise<void> {
  const question = mux.createChannel({ protocol: `question/${randomBytes(4).toString('hex')}` })
  question?.open()
  await until(() => question?.closed === true)
}

/** One core of three blocks, and an empty copy of it in another store. */
async function openCopies(t: Test, directory: string) {
  const keyPair = generateKeyPair()
  const [author, copy] = await Promise.all(
    [true, false].map(async (isAuthor) => {
      const store = await openStore(t, join(directory, `${keyPair.publicKey.toString('hex')}-${isAuthor}`))
      const core = new Hypercore(store.cores, keyPair.publicKey, {
        compat: true,
        ...(isAuthor ? { keyPair } : {})
      })
      await core.ready()
      t.teardown(() => core.close())
      return core
    })
  )
  if (author === undefined || copy === undefined) throw new Error('Not opened')
  await author.append(['one', 'two', 'three'].map((text) => Buffer.from(text)))
  return { author, copy }
}

t.test('a core that is attached replicates with a device that attaches it too', async (t) => {
  const { author, copy } = await openCopies(t, makeDirectory(t))
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  attachments.attach(author)
  t.ok(attachments.has(author))
  t.equal(attachments.remoteOf(author), undefined)
  copy.replicate(far)
  t.equal(String(await copy.get(1)), 'two')
  t.equal(attachments.remoteOf(author)?.protomux, near)
})

t.test('nothing more is sent of a core that was taken away, and the connection stays', async (t) => {
  const directory = makeDirectory(t)
  const [taken, kept] = [await openCopies(t, directory), await openCopies(t, directory)]
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  for (const { author, copy } of [taken, kept]) {
    attachments.attach(author)
    copy.replicate(far)
    await copy.get(0)
  }
  attachments.detach(taken.author)
  t.notOk(attachments.has(taken.author))
  t.equal(attachments.remoteOf(taken.author), undefined, 'at once')
  await until(() => taken.copy.peers.length === 0)
  await taken.author.append(Buffer.from('four'))
  t.equal(String(await kept.copy.get(2)), 'three')
  t.equal(taken.copy.length, 3)
  t.notOk(await taken.copy.has(1))
})

t.test('a core that was taken away from one device still replicates with another', async (t) => {
  const { author, copy } = await openCopies(t, makeDirectory(t))
  const [ana, ben] = [await openMuxes(t), await openMuxes(t)]
  const anas = new Attachments(ana.near)
  anas.attach(author)
  new Attachments(ben.near).attach(author)
  copy.replicate(ben.far)
  await copy.get(0)
  anas.detachAll()
  t.equal(String(await copy.get(1)), 'two')
})

t.test('a core can be attached again after it was taken away', async (t) => {
  const { author, copy } = await openCopies(t, makeDirectory(t))
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  attachments.attach(author)
  copy.replicate(far)
  await copy.get(0)
  attachments.detach(author)
  await until(() => copy.peers.length === 0)
  attachments.attach(author)
  t.equal(String(await copy.get(2)), 'three')
})

t.test('a device that opens a core that was taken away is turned down', async (t) => {
  const { author, copy } = await openCopies(t, makeDirectory(t))
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  attachments.attach(author)
  attachments.detach(author)
  copy.replicate(far)
  for (let round = 0; round < 2; round++) await answered(far)
  t.equal(copy.peers.length, 0)
})

t.test('a core that waits to be opened is not named, and answers when a device opens it', async (t) => {
  const { author, copy } = await openCopies(t, makeDirectory(t))
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  attachWhenOpened(near, author, async () => attachments.attach(author))
  const named: string[] = []
  far.pair({ protocol: 'hypercore/alpha' }, (id) => void named.push(String(id?.toString('hex'))))
  await answered(far)
  t.same(named, [])
  copy.replicate(far)
  t.equal(String(await copy.get(0)), 'one')
  t.same(named, [])
})

t.test('who knows the discovery key of a core and not its key gets nothing', async (t) => {
  const { author } = await openCopies(t, makeDirectory(t))
  const { near, far } = await openMuxes(t)
  const attachments = new Attachments(near)
  attachWhenOpened(near, author, async () => attachments.attach(author))
  let added = 0
  author.on('peer-add', () => added++)
  const closed = closeOf(far.stream)
  far.createChannel({ protocol: 'hypercore/alpha', id: author.discoveryKey, handshake: guess })?.open()
  await closed
  t.equal(added, 0)
})

/** The handshake of the library, by somebody who has to guess the 32 bytes that prove that the key is known. */
const guess = {
  preencode: (state: { end: number }) => void (state.end += 33),
  encode(state: { buffer: Buffer; start: number }) {
    state.buffer.fill(0, state.start, state.start + 33)
    state.start += 33
  },
  decode: () => null
}
