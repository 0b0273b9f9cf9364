import Hypercore from 'hypercore'
import t from 'tap'
import { deleteCore } from '../../../service/storage/delete-core.ts'
import type { Store } from '../../../service/storage/store.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const MARKER = 'marker '.repeat(1000)

async function openCore(store: Store, keyPair = generateKeyPair()): Promise<Hypercore> {
  const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
  await core.ready()
  return core
}

/** How many values of the database hold the marker. */
async function countMarkers(store: Store): Promise<number> {
  // The database itself is not part of what the service uses of the storage.
  const { db } = store.cores as unknown as {
    db: { iterator(range: { gte: Buffer; lt: Buffer }): AsyncIterable<{ value: Buffer }> }
  }
  let count = 0
  for await (const { value } of db.iterator({ gte: Buffer.alloc(1), lt: Buffer.alloc(8, 255) })) {
    if (value.includes(MARKER)) count++
  }
  return count
}

t.test('a deleted core leaves none of its blocks, and other cores all of theirs', async (t) => {
  const store = await openStore(t, t.testdir())
  const [deleted, kept] = [await openCore(store), await openCore(store)]
  for (let i = 0; i < 4; i++) await deleted.append(Buffer.from(MARKER))
  await kept.append(Buffer.from(MARKER))
  t.equal(await countMarkers(store), 5)
  await deleteCore(store, deleted)
  t.equal(await countMarkers(store), 1)
  t.equal(await store.cores.hasCore(deleted.discoveryKey), false)
  t.equal(String(await kept.get(0)), MARKER)
  await kept.close()
})

t.test('a core can be made anew under the same key', async (t) => {
  const store = await openStore(t, t.testdir())
  const keyPair = generateKeyPair()
  const first = await openCore(store, keyPair)
  await first.append([Buffer.from('a'), Buffer.from('b')])
  await deleteCore(store, first)
  const second = await openCore(store, keyPair)
  t.equal(second.length, 0)
  await second.append(Buffer.from('c'))
  t.equal(String(await second.get(0)), 'c')
  await second.close()
})
