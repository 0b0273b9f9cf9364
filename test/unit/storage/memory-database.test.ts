import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { MemoryDatabase } from '../../../service/storage/memory-database.ts'
import { takeBlock, takeLength } from '../../../service/storage/take-block.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const row = (name: string, bytes = 1) => [Buffer.from(name), randomBytes(bytes)] as const

t.test('what was written is read, as a copy, until it is deleted', async (t) => {
  const database = new MemoryDatabase({ maxBytes: 1_000 })
  const names = ['a', 'b1', 'b2', 'c']
  const written = database.write()
  for (const name of names) written.tryPut(...row(name))
  t.equal(await database.read().get(Buffer.from('a')), null, 'not before it is flushed')
  await written.flush()
  const read = await database.read().get(Buffer.from('a'))
  read?.fill(0)
  t.not(await database.read().get(Buffer.from('a')), read)

  const deleting = database.write()
  deleting.tryDelete(Buffer.from('a'))
  deleting.tryPut(...row('b3'))
  deleting.tryDeleteRange(Buffer.from('b'), Buffer.from('c'))
  deleting.tryPut(...row('b4'))
  await deleting.flush()
  const left: string[] = []
  for (const name of [...names, 'b3', 'b4']) {
    if ((await database.read().get(Buffer.from(name))) !== null) left.push(name)
  }
  t.same(left, ['c', 'b4'])
})

t.test('a write that would take more than there is fails as a whole', async (t) => {
  const database = new MemoryDatabase({ maxBytes: 100 })
  const fill = async (...rows: (readonly [Buffer, Buffer])[]) => {
    const write = database.write()
    for (const one of rows) write.tryPut(...one)
    await write.flush()
  }
  await fill(row('a', 50))
  await t.rejects(fill(row('b', 10), row('c', 40)), { code: 'WRITE_FAILED' })
  t.equal(await database.read().get(Buffer.from('b')), null)
  await fill(row('a', 99)) // in place of what was there
  await t.rejects(fill(row('b', 0)), { code: 'WRITE_FAILED' })
})

t.test('a core that is proved is taken over from memory into the store, block by block', async (t) => {
  const store = await openStore(t, t.testdir())
  const keyPair = generateKeyPair()
  const original = new Hypercore(MemoryDatabase.storage({ maxBytes: 100_000 }), keyPair.publicKey, {
    compat: true,
    keyPair
  })
  const kept = new Hypercore(store.cores, keyPair.publicKey, { compat: true })
  t.teardown(() => Promise.all([original.close(), kept.close()]))
  await kept.ready()
  for (const text of ['first', 'second', 'third']) await original.append(Buffer.from(text))
  await takeLength(original, kept)
  t.equal(kept.length, 3)
  t.equal(await takeBlock(original, kept, 1), 'second'.length)
  t.equal(String(await kept.get(1, { wait: false })), 'second')
  t.equal(await takeBlock(original, kept, 1), null, 'it is here already')
  t.notOk(await kept.has(0))
})
