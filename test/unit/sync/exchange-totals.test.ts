import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { generateLedgerKeys } from '../../../service/storage/ledger-keys.ts'
import { Ledger } from '../../../service/storage/ledger.ts'
import { ExchangeTotals, type Total } from '../../../service/sync/exchange-totals.ts'
import type { SessionHistory, SessionRecord } from '../../../service/sync/session-history.ts'
import { makeDirectory } from '../../support/directory.ts'
import { openStore } from '../storage/open-store.ts'

async function openLedgerIn(t: Test) {
  const store = await openStore(t, join(makeDirectory(t), 'hub'))
  const ledger = new Ledger({ store, keys: generateLedgerKeys() })
  await ledger.ready()
  t.teardown(() => ledger.close())
  const collection = ledger.collection<Total>('totals')
  const history = new EventEmitter<{ ended: [record: SessionRecord] }>()
  const open = async () => {
    const totals = new ExchangeTotals({
      history: history as unknown as SessionHistory,
      logger: pino({ level: 'silent' })
    })
    await totals.ready()
    await totals.attach(ledger)
    return totals
  }
  /** A session that brought and took so many documents. */
  const end = (startedAt: string, toHub: number, fromHub: number) => {
    const tally = (documents: number) => ({ documents, photos: 0, blocks: documents, bytes: 10 * documents })
    history.emit('ended', { startedAt, toHub: tally(toHub), fromHub: tally(fromHub) } as SessionRecord)
  }
  return { ledger, collection, open, end }
}

t.test('sums outlive a restart, and are told from an hour on and for ever', async (t) => {
  const { open, end } = await openLedgerIn(t)
  const first = await open()
  end('2026-05-01T09:59:59.000Z', 1, 0)
  end('2026-05-01T10:00:00.000Z', 2, 3)
  end('2026-05-01T10:30:00.000Z', 4, 0)
  end('2026-05-01T11:00:00.000Z', 0, 0)
  await first.close()
  const totals = await open()
  t.match(totals.since('2026-05-01T10:00:00.000Z'), {
    sessions: 2,
    toHub: { documents: 6, blocks: 6, bytes: 60 },
    fromHub: { documents: 3 }
  })
  t.match(
    totals.ever,
    { sessions: 3, toHub: { documents: 7 } },
    'a session in which nothing crossed does not count'
  )
  t.match(totals.since('2026-05-02T00:00:00.000Z'), { sessions: 0, toHub: { documents: 0 } })
  await totals.close()
})

t.test('what crossed while there was no ledger is added to what it holds', async (t) => {
  const { ledger, open, end } = await openLedgerIn(t)
  const totals = await open()
  end('2026-05-01T10:00:00.000Z', 2, 3)
  await totals.detach()
  t.equal(totals.ever.sessions, 0)
  end('2026-05-01T10:30:00.000Z', 4, 0)
  await totals.attach(ledger)
  t.match(totals.ever, { sessions: 2, toHub: { documents: 6 }, fromHub: { documents: 3 } })
  await totals.close()
})

t.test('what is kept does not grow with the years', async (t) => {
  const { collection, open, end } = await openLedgerIn(t)
  const totals = await open()
  const begin = Date.parse('2026-05-01T00:00:00Z')
  for (let hour = 0; hour < 300; hour++) end(new Date(begin + hour * 3_600_000).toISOString(), 1, 0)
  await totals.close()
  t.equal((await collection.list()).length, 9 * 24 + 1)
  t.equal(totals.ever.sessions, 300)
})
