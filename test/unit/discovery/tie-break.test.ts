import t from 'tap'
import type { ResourceRecord } from '../../../service/discovery/message.ts'
import { compareProbes } from '../../../service/discovery/tie-break.ts'

const at = (address: string): ResourceRecord => ({
  name: 'x.local',
  ttl: 120,
  flush: false,
  type: 'A',
  address
})
const text = (value: string): ResourceRecord => ({
  name: 'x.local',
  ttl: 120,
  flush: false,
  type: 'TXT',
  strings: [Buffer.from(value)]
})

t.test('the later data wins, whichever order the records come in', async (t) => {
  t.ok(compareProbes([at('169.254.200.50')], [at('169.254.99.200')]) > 0)
  t.ok(compareProbes([text('b'), at('10.0.0.1')], [at('10.0.0.1'), text('a')]) > 0)
  t.ok(compareProbes([text('a'), at('10.0.0.1')], [at('10.0.0.1'), text('b')]) < 0)
})

t.test('of two where one begins like the other, the longer wins', async (t) => {
  t.ok(compareProbes([at('10.0.0.1'), text('')], [at('10.0.0.1')]) > 0)
  t.ok(compareProbes([at('10.0.0.1')], [at('10.0.0.1'), text('')]) < 0)
  t.equal(compareProbes([at('10.0.0.1')], [at('10.0.0.1')]), 0)
})
