import Hypercore from 'hypercore'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { ManualClock } from '../../support/manual-clock.ts'
import type { DiscoveryKey } from '../../../service/ids.ts'
import { writeChecked } from '../../../service/storage/checked-file.ts'
import { CoreLengths } from '../../../service/storage/core-lengths.ts'
import { deleteCore } from '../../../service/storage/delete-core.ts'
import type { Store } from '../../../service/storage/store.ts'
import { Card } from './card.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const keyPair = generateKeyPair()
const discoveryKey = Hypercore.discoveryKey(keyPair.publicKey).toString('hex') as DiscoveryKey
const extent = (length: number, held = length) => ({ length, held })
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
  lengths.note(discoveryKey, extent(3))
  await lengths.close()
  return { directory, store, core }
}

t.test('a store that holds what it held is whole', async (t) => {
  const { directory, store, core } = await keepLength(t)
  t.same((await openLengths(store, directory)).short, [])
  await core.append(Buffer.from('d'))
  t.same((await openLengths(store, directory)).short, [])
  await core.close()
})

t.test('names cores that are shorter than they were, and those that are gone', async (t) => {
  const { directory, store, core } = await keepLength(t)
  const lengths = await openLengths(store, directory)
  lengths.note(discoveryKey, extent(5))
  await lengths.close()
  const [short] = (await openLengths(store, directory)).short
  t.same(short, { discoveryKey, promised: extent(5), now: extent(3, 5) })
  await deleteCore(store, core)
  const [gone] = (await openLengths(store, directory)).short
  t.same(gone, { discoveryKey, promised: extent(5), now: extent(0) })
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
  lengths.note(discoveryKey, extent(2))
  await lengths.close()
  await core.close()

  const short = await openStore(t, damaged)
  t.same((await openLengths(short, directory)).short, [
    { discoveryKey, promised: extent(2), now: extent(1, 2) }
  ])
})

t.test('a core that was deleted on purpose is not missed', async (t) => {
  const { directory, store, core } = await keepLength(t)
  await deleteCore(store, core)
  const lengths = await openLengths(store, directory)
  await lengths.forget([discoveryKey])
  t.same(lengths.short, [])
  await lengths.close()
  t.same((await openLengths(store, directory)).short, [])
})

t.test('promises a length only when the blocks are on the card', async (t) => {
  const directory = t.testdir()
  const card = new Card()
  const clock = new ManualClock()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const core = await openCore(store)
  const lengths = await openLengths(store, directory, clock)
  await core.append(Buffer.from('a'))
  lengths.note(discoveryKey, extent(1))
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
  for (let length = 1; length <= 100; length++) lengths.note(discoveryKey, extent(length))
  lengths.note(discoveryKey, extent(50))
  t.equal(clock.pending, 1)
  await lengths.close()
  t.equal(clock.pending, 0)
  const again = await openLengths(store, directory)
  t.same(again.short, [{ discoveryKey, promised: extent(100), now: extent(0) }])
})

t.test('a damaged file is as good as none', async (t) => {
  const { directory, store, core } = await keepLength(t)
  await writeFile(join(directory, 'core-lengths'), 'damage')
  const lengths = await openLengths(store, directory)
  t.same(lengths.short, [])
  lengths.note(discoveryKey, extent(4))
  await lengths.close()
  const again = await openLengths(store, directory)
  t.same(again.short, [{ discoveryKey, promised: extent(4), now: extent(3, 4) }])
  await core.close()
})

t.test('names a core of which blocks are missing in the middle, until they have come again', async (t) => {
  const { directory, store, core } = await keepLength(t)
  const lengths = await openLengths(store, directory)
  let changes = 0
  lengths.on('short-changed', () => changes++)
  lengths.note(discoveryKey, extent(3, 1))
  t.same(lengths.short, [{ discoveryKey, promised: extent(3), now: extent(3, 1) }])
  lengths.note(discoveryKey, extent(3, 2))
  t.equal(changes, 1)
  lengths.note(discoveryKey, extent(3))
  t.same(lengths.short, [])
  t.equal(changes, 2)
  t.same(lengths.promised(discoveryKey), extent(3))
  await core.close()
})

t.test('reads the lengths that an earlier version wrote', async (t) => {
  const directory = t.testdir()
  const store = await openStore(t, directory)
  await writeChecked(join(directory, 'core-lengths'), Buffer.from(JSON.stringify({ [discoveryKey]: 2 })))
  const { short } = await openLengths(store, directory)
  t.same(short, [{ discoveryKey, promised: extent(2, 0), now: extent(0) }])
})
