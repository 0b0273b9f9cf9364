import t from 'tap'
import { generateLedgerKeys } from '../../../service/storage/ledger-keys.ts'
import { LedgerWriter } from '../../../service/storage/ledger-writer.ts'
import { Ledger } from '../../../service/storage/ledger.ts'
import { openStore } from './open-store.ts'

t.test(
  'what was written before it lets go of the ledger stands there, and nothing fails after',
  async (t) => {
    const store = await openStore(t, t.testdir())
    const ledger = new Ledger({ store, keys: generateLedgerKeys() })
    await ledger.ready()
    const errors: unknown[] = []
    const writer = new LedgerWriter<string>('names', (error) => errors.push(error))
    t.same(await writer.attach(ledger), [])
    writer.put('one', 'Río')
    const detached = writer.detach()
    t.notOk(writer.isAttached)
    // Somebody who leaves while the hub stops.
    writer.put('two', 'Sierra')
    await detached
    t.same(await ledger.collection<string>('names').list(), [{ id: 'one', value: 'Río' }])
    await ledger.close()
    writer.put('three', 'Costa')
    await writer.settled()
    t.same(errors, [])
  }
)

t.test('a write that fails is told of', async (t) => {
  const store = await openStore(t, t.testdir())
  const ledger = new Ledger({ store, keys: generateLedgerKeys() })
  await ledger.ready()
  const errors: unknown[] = []
  const writer = new LedgerWriter<string>('names', (error) => errors.push(error))
  await writer.attach(ledger)
  await ledger.close()
  writer.put('one', 'Río')
  await writer.settled()
  t.match(errors, [{ code: 'SESSION_CLOSED' }])
})
