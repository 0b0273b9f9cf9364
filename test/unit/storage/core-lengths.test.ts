import Hypercore from 'hypercore'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { ManualClock } from '../../support/manual-clock.ts'
import type { DiscoveryKey } from '../../../service/ids.ts'
import { CoreLengths } from '../../../service/storage/core-lengths.ts'
import { deleteCore } from '../../../service/storage/delete-core.ts'
import type { Store } from '../../../service/storage/store.ts'
import { Card } from './card.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const keyPair = generateKeyPair()
const discoveryKey = Hypercore.discoveryKey(keyPair.publicKey).toString('hex') as DiscoveryKey
const logger = pino({ level: 'silent' })

async function openLengths(store: Store, directory: string, clock = new ManualClock()): Promise<CoreLengths> {
  const lengths = new CoreLengths({ path: join(directory, 'core-lengths'), store, clock, logger })
  await lengths.ready()
  return lengths
}

async function openCore(store: Store): Promise<Hypercore> {
  const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
  await core.ready()
  return core
}

/** A store with a core of three blocks, whose length was kept. */
async function keepLength(t: Test): Promise<{ directory: string; store: Store; core: Hypercore }> {
  const directory = t.testdir()
  const store = await openStore(t, directory)
  const core = await openCore(store)
  await core.append(['a', 'b', 'c'].map((text) => Buffer.from(text)))
  const lengths = await openLengths(store, directory)
  lengths.note(discoveryKey, 3)
  await lengths.close()
  return { directory, store, core }
}

t.test('a store that holds what it held is whole', async (t) => {
  const { directory, store, core } = await keepLength(t)
  t.same(await (await openLengths(store, directory)).compare(), [])
  await core.append(Buffer.from('d'))
  t.same(await (await openLengths(store, directory)).compare(), [])
  await core.close()
})

t.test('names cores that are shorter than they were, and those that are gone', async (t) => {
  const { directory, store, core } = await keepLength(t)
  const lengths = await openLengths(store, directory)
  lengths.note(discoveryKey, 5)
  t.same(await lengths.compare(), [{ discoveryKey, promised: 5, held: 3 }])
  await deleteCore(store, core)
  t.same(await lengths.compare(), [{ discoveryKey, promised: 5, held: 0 }])
})

t.test('finds what RocksDB dropped in silence at a damaged record', async (t) => {
  const directory = join(t.testdir(), 'data')
  const card = new Card()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const core = await openCore(store)
  const lengths = await openLengths(store, directory)
  await core.append(Buffer.from('a'))
  await store.barrier()
  const damaged = join(t.testdirName, 'damaged')
  await card.cut(directory, damaged)
  await core.append(Buffer.from('b'))
  lengths.note(discoveryKey, 2)
  await lengths.close()
  await core.close()

  const short = await openStore(t, damaged)
  t.same(await (await openLengths(short, directory)).compare(), [{ discoveryKey, promised: 2, held: 1 }])
})

t.test('a core that was deleted on purpose is not missed', async (t) => {
  const { directory, store, core } = await keepLength(t)
  await deleteCore(store, core)
  const lengths = await openLengths(store, directory)
  lengths.forget(discoveryKey)
  t.same(await lengths.compare(), [])
  await lengths.close()
  t.same(await (await openLengths(store, directory)).compare(), [])
})

t.test('promises a length only when the blocks are on the card', async (t) => {
  const directory = t.testdir()
  const card = new Card()
  const clock = new ManualClock()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const core = await openCore(store)
  const lengths = await openLengths(store, directory, clock)
  await core.append(Buffer.from('a'))
  lengths.note(discoveryKey, 1)
  card.hold()
  const syncing = card.nextSync()
  clock.move(30_000)
  await syncing
  await t.rejects(readFile(join(directory, 'core-lengths')), { code: 'ENOENT' })
  card.release()
  await lengths.close()
  t.match(await readFile(join(directory, 'core-lengths'), 'utf8'), new RegExp(discoveryKey))
  await core.close()
})

t.test('many notes are one write', async (t) => {
  const directory = t.testdir()
  const clock = new ManualClock()
  const store = await openStore(t, directory)
  const lengths = await openLengths(store, directory, clock)
  for (let length = 1; length <= 100; length++) lengths.note(discoveryKey, length)
  lengths.note(discoveryKey, 50)
  t.equal(clock.pending, 1)
  await lengths.close()
  t.equal(clock.pending, 0)
  const again = await openLengths(store, directory)
  t.same(await again.compare(), [{ discoveryKey, promised: 100, held: 0 }])
})

t.test('a damaged file is as good as none', async (t) => {
  const { directory, store, core } = await keepLength(t)
  await writeFile(join(directory, 'core-lengths'), 'damage')
  const lengths = await openLengths(store, directory)
  t.same(await lengths.compare(), [])
  lengths.note(discoveryKey, 4)
  await lengths.close()
  const again = await openLengths(store, directory)
  t.same(await again.compare(), [{ discoveryKey, promised: 4, held: 3 }])
  await core.close()
})
