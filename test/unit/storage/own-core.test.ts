import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { until } from '../../support/until.ts'
import { Outbox } from '../../../service/storage/outbox.ts'
import { OwnCoreWriter } from '../../../service/storage/own-core.ts'
import type { Store } from '../../../service/storage/store.ts'
import { Card } from './card.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const keyPair = generateKeyPair()
const encryption = { key: randomBytes(32) }

interface Own {
  core: Hypercore
  store: Store
  writer: OwnCoreWriter
}

/** A core of the hub's own in the store below `directory`. Its outbox is `directory/outbox`. */
async function openOwn(
  t: Test,
  directory: string,
  options: { card?: Card; sealed?: boolean } = {}
): Promise<Own> {
  const { card, sealed = false } = options
  const store = await openStore(t, directory, card ? { syncFile: card.sync } : {})
  const core = new Hypercore(store.cores, keyPair.publicKey, {
    compat: true,
    keyPair,
    ...(sealed ? {} : { encryption })
  })
  const writer = new OwnCoreWriter({ core, store, outboxPath: join(directory, 'outbox') })
  await writer.ready()
  return { core, store, writer }
}

async function close({ core, store }: Own): Promise<void> {
  await core.close()
  await store.close()
}

/** A phone: the same core in a store of its own, attached to the hub's. */
async function attachPhone(t: Test, hub: Hypercore): Promise<Hypercore> {
  const store = await openStore(t, join(t.testdirName, `phone-${randomBytes(4).toString('hex')}`))
  const phone = new Hypercore(store.cores, hub.key, { compat: true, encryption })
  await phone.ready()
  attach(t, hub, phone)
  t.teardown(() => phone.close())
  return phone
}

function attach(t: Test, hub: Hypercore, phone: Hypercore): void {
  const near = hub.replicate(true, { keepAlive: false })
  const far = phone.replicate(false, { keepAlive: false })
  // The streams of hypercore are streamx ones, which have pipe; the ambient type names only what the hub uses.
  const pipe = (from: unknown, to: unknown) => (from as { pipe(to: unknown): unknown }).pipe(to)
  pipe(pipe(near, far), near)
  for (const stream of [near, far]) stream.on('error', () => {})
  t.teardown(() => near.destroy())
}

async function text(core: Hypercore, index: number): Promise<string> {
  const block = await core.get(index)
  return String(block)
}

t.test('appends in the order of the calls, encrypted as the core is', async (t) => {
  const own = await openOwn(t, t.testdir())
  await Promise.all([
    own.writer.append([Buffer.from('one'), Buffer.from('two')]),
    own.writer.append([Buffer.from('three')])
  ])
  t.equal(own.core.length, 3)
  t.same(await Promise.all([0, 1, 2].map((index) => text(own.core, index))), ['one', 'two', 'three'])
  const raw = await own.core.get(0, { raw: true })
  t.notOk(raw?.includes('one'))
  await close(own)
})

t.test('a peer learns nothing of a block before it is on the card', async (t) => {
  const card = new Card()
  const own = await openOwn(t, t.testdir(), { card })
  await own.writer.append([Buffer.from('first')])
  const phone = await attachPhone(t, own.core)
  t.equal(await text(phone, 0), 'first')

  card.hold()
  const syncing = card.nextSync()
  const appended = own.writer.append([Buffer.from('second')])
  await syncing
  // The block is in the store now and waits for the card. Peers that were attached and those that come now are told
  // the old length, and the round trip of a whole block is time enough to hear a new one.
  const late = await attachPhone(t, own.core)
  t.equal(await text(late, 0), 'first')
  await late.update()
  await phone.update()
  t.equal(own.core.length, 1)
  t.equal(phone.length, 1)
  t.equal(late.length, 1)

  card.release()
  await appended
  t.same(await Promise.all([text(phone, 1), text(late, 1)]), ['second', 'second'])
  await close(own)
})

t.test('a block that the card did not take is never told to a peer', async (t) => {
  const card = new Card()
  const directory = t.testdir()
  const own = await openOwn(t, directory, { card })
  await own.writer.append([Buffer.from('first')])
  const phone = await attachPhone(t, own.core)
  t.equal(await text(phone, 0), 'first')

  card.fail(new Error('EIO'))
  await t.rejects(own.writer.append([Buffer.from('second')]), { code: 'STORE_FAILED' })
  await t.rejects(own.writer.append([Buffer.from('third')]), { code: 'STORE_FAILED' })
  await phone.update()
  t.equal(own.core.length, 1)
  t.equal(phone.length, 1)
  await own.core.close()
})

t.test('after a lost tail the same bytes are appended again, and phones that hold them agree', async (t) => {
  const directory = t.testdir({ before: {}, after: {} })
  const before = join(directory, 'before')
  const after = join(directory, 'after')

  // What the card holds after the cut: the store of before the second append, and the outbox of it.
  const first = await openOwn(t, before)
  await first.writer.append([Buffer.from('first')])
  await close(first)
  await cp(before, after, { recursive: true })

  const card = new Card()
  const own = await openOwn(t, before, { card })
  card.hold()
  const syncing = card.nextSync()
  const appended = own.writer.append([Buffer.from('second'), Buffer.from('third')])
  await syncing
  await cp(join(before, 'outbox'), join(after, 'outbox'))
  card.release()
  await appended
  const phone = await attachPhone(t, own.core)
  t.same(await Promise.all([0, 1, 2].map((index) => text(phone, index))), ['first', 'second', 'third'])
  const stored = await Promise.all([1, 2].map((index) => own.core.get(index, { raw: true })))
  await close(own)

  // The keys are locked away: the replay needs none.
  const restarted = await openOwn(t, after, { sealed: true })
  t.equal(restarted.core.length, 3)
  t.same(await Promise.all([1, 2].map((index) => restarted.core.get(index, { raw: true }))), stored)
  t.notOk((await readdir(after)).includes('outbox'))

  phone.on('conflict', () => t.fail('the phone sees two histories'))
  attach(t, restarted.core, phone)
  await restarted.writer.append([Buffer.from('fourth')])
  t.ok(await phone.get(3, { raw: true }))
  t.equal(phone.length, 4)
  t.equal(phone.fork, 0)
  await close(restarted)
})

t.test('an outbox whose blocks the core already holds is only emptied', async (t) => {
  const directory = t.testdir()
  const own = await openOwn(t, directory)
  await own.writer.append([Buffer.from('first')])
  await close(own)
  await new Outbox(join(directory, 'outbox')).write({ index: 0, blocks: [Buffer.from('first')] })

  const restarted = await openOwn(t, directory)
  t.equal(restarted.core.length, 1)
  t.notOk((await readdir(directory)).includes('outbox'))
  await close(restarted)
})

t.test(
  'a core that lost more than its last append takes no new block until peers gave it back',
  async (t) => {
    const directory = t.testdir({ whole: {}, short: {} })
    const whole = await openOwn(t, join(directory, 'whole'))
    await whole.writer.append([Buffer.from('first')])
    await whole.writer.append([Buffer.from('second')])
    const pending = { index: 2, blocks: [Buffer.from('third')] }
    await new Outbox(join(directory, 'short', 'outbox')).write(pending)

    const short = await openOwn(t, join(directory, 'short'))
    t.equal(short.core.length, 0)
    await t.rejects(short.writer.append([Buffer.from('other')]), { code: 'CORE_SHORT' })

    const range = short.core.download({ start: 0, end: 2 })
    attach(t, whole.core, short.core)
    await range.done()
    await short.writer.append([Buffer.from('fourth')])
    t.equal(short.core.length, 4)
    t.equal(String(await short.core.get(2, { raw: true })), 'third')
    t.equal(await text(short.core, 3), 'fourth')
    await close(whole)
    await close(short)
  }
)

t.test('a damaged outbox is dropped and the core goes on', async (t) => {
  const directory = t.testdir()
  const outbox = new Outbox(join(directory, 'outbox'))
  await outbox.write({ index: 0, blocks: [Buffer.from('never acknowledged')] })
  const bytes = await readFile(join(directory, 'outbox'))
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40)
  await writeFile(join(directory, 'outbox'), bytes)

  const own = await openOwn(t, directory)
  t.equal(own.core.length, 0)
  await own.writer.append([Buffer.from('first')])
  t.equal(await text(own.core, 0), 'first')
  await close(own)
})

t.test(
  'a core that is shorter than it was is not appended to until phones have brought the rest',
  async (t) => {
    const own = await openOwn(t, join(t.testdir(), 'before'))
    await own.writer.append([Buffer.from('one'), Buffer.from('two')])
    const phone = await attachPhone(t, own.core)
    await text(phone, 0)
    await text(phone, 1)
    await close(own)

    const lost = await openOwn(t, join(t.testdirName, 'after'))
    lost.store.keepTo(() => 2)
    await t.rejects(lost.writer.append([Buffer.from('other')]), { code: 'CORE_SHORT' })
    t.equal(lost.core.length, 0)
    attach(t, lost.core, phone)
    await until(() => lost.core.length === 2)
    await lost.writer.append([Buffer.from('three')])
    t.equal(await text(lost.core, 0), 'one')
    t.equal(await text(phone, 2), 'three')
    await close(lost)
  }
)
