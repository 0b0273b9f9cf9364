import Hypercore from 'hypercore'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { generateLedgerKeys, isLedgerKeys, type LedgerKeys } from '../../../service/storage/ledger-keys.ts'
import { Ledger } from '../../../service/storage/ledger.ts'
import type { Store } from '../../../service/storage/store.ts'
import { Card } from './card.ts'
import { openStore } from './open-store.ts'

interface Visit {
  device: string
  blocks: number
}

const keys = generateLedgerKeys()

async function openLedger(store: Store, ledgerKeys: LedgerKeys = keys): Promise<Ledger> {
  const ledger = new Ledger({ store, keys: ledgerKeys })
  await ledger.ready()
  return ledger
}

t.test('keeps values by id, apart for each collection', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = await openLedger(store)
  const visits = ledger.collection<Visit>('visits')
  const names = ledger.collection<string>('names')
  await visits.put('one', { device: 'a', blocks: 1 })
  await visits.put('one', { device: 'a', blocks: 2 })
  await names.put('one', 'Río')
  t.same(await visits.get('one'), { device: 'a', blocks: 2 })
  t.equal(await names.get('one'), 'Río')
  t.equal(await visits.get('two'), null)
  await visits.del('one')
  await visits.del('never there')
  t.equal(await visits.get('one'), null)
  t.same(await visits.list(), [])
  t.same(await names.list(), [{ id: 'one', value: 'Río' }])
  await ledger.close()
})

t.test('lists in the order of ids, within bounds, from either end', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = await openLedger(store)
  const numbers = ledger.collection<number>('numbers')
  for (const number of [3, 1, 5, 2, 4]) await numbers.put(`n${number}`, number)
  const values = async (options?: Parameters<typeof numbers.list>[0]) =>
    (await numbers.list(options)).map(({ value }) => value)
  t.same(await values(), [1, 2, 3, 4, 5])
  t.same(await values({ gt: 'n1', lte: 'n4' }), [2, 3, 4])
  t.same(await values({ reverse: true, limit: 2 }), [5, 4])
  t.same(await values({ gte: 'n6' }), [])
  await ledger.close()
})

t.test('trimming keeps the largest ids', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = await openLedger(store)
  const numbers = ledger.collection<number>('numbers')
  for (const number of [1, 2, 3, 4, 5]) await numbers.put(`n${number}`, number)
  t.equal(await numbers.trim(2), 3)
  t.same(
    (await numbers.list()).map(({ id }) => id),
    ['n4', 'n5']
  )
  t.equal(await numbers.trim(2), 0)
  await ledger.close()
})

t.test('what was put, removed and trimmed survives a power cut', async (t) => {
  const directory = join(t.testdir(), 'data')
  const card = new Card()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const ledger = await openLedger(store)
  const numbers = ledger.collection<number>('numbers')
  const afterCut = async (name: string) => {
    await card.cut(directory, join(t.testdirName, name))
    const cutStore = await openStore(t, join(t.testdirName, name))
    const cutLedger = await openLedger(cutStore)
    const ids = (await cutLedger.collection<number>('numbers').list()).map(({ id }) => id)
    await cutLedger.close()
    await cutStore.close()
    return ids
  }
  for (const number of [1, 2, 3, 4]) await numbers.put(`n${number}`, number)
  t.same(await afterCut('put'), ['n1', 'n2', 'n3', 'n4'])
  await numbers.del('n4')
  t.same(await afterCut('removed'), ['n1', 'n2', 'n3'])
  await numbers.trim(1)
  t.same(await afterCut('trimmed'), ['n3'])
  await ledger.close()
})

t.test('shows nothing of its content to one who reads the card', async (t) => {
  const directory = t.testdir()
  const store = await openStore(t, directory)
  const ledger = await openLedger(store)
  await ledger.collection<string>('names').put('marker-id', 'marker-value'.repeat(500))
  await ledger.close()
  await store.close()
  const database = join(directory, 'cores', 'db')
  for (const name of await readdir(database)) {
    const bytes = await readFile(join(database, name))
    t.notOk(bytes.includes('marker'), name)
  }
})

t.test('a damaged ledger is an error at the start, and a new one can take its place', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = await openLedger(store)
  const numbers = ledger.collection<number>('numbers')
  for (let number = 0; number < 20; number++) await numbers.put(`n${number}`, number)
  await ledger.close()

  // One block of it is gone, as after damage to a table file.
  const publicKey = Buffer.from(keys.publicKey, 'hex')
  const core = new Hypercore(store.cores, publicKey, { compat: true })
  await core.ready()
  await core.clear(7)
  await core.close()
  await t.rejects(openLedger(store), { code: 'LEDGER_DAMAGED' })

  await Ledger.discard({ store, keys })
  const anew = await openLedger(store)
  t.same(await anew.collection<number>('numbers').list(), [])
  await anew.collection<number>('numbers').put('n1', 1)
  await anew.close()
  const again = await openLedger(store)
  t.equal(await again.collection<number>('numbers').get('n1'), 1)
  await again.close()
})

t.test('is not read with another encryption key', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = await openLedger(store)
  await ledger.collection<number>('numbers').put('n1', 1)
  await ledger.close()
  const others = { ...keys, encryptionKey: generateLedgerKeys().encryptionKey }
  await t.rejects(openLedger(store, others), { code: 'LEDGER_DAMAGED' })
})

t.test('keys are told from anything else that a file may hold', (t) => {
  t.ok(isLedgerKeys(JSON.parse(JSON.stringify(keys))))
  for (const other of [
    null,
    'text',
    {},
    { ...keys, secretKey: keys.publicKey },
    { ...keys, publicKey: 'x'.repeat(64) },
    { ...keys, encryptionKey: 1 }
  ]) {
    t.notOk(isLedgerKeys(other))
  }
  t.end()
})
