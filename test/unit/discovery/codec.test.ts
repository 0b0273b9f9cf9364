import { decode } from 'dns-packet'
import t from 'tap'
import { compareData, encodeMessage, fromPacket, sameRecord } from '../../../service/discovery/codec.ts'
import { query, response, type ResourceRecord } from '../../../service/discovery/message.ts'
import { pageRecords, syncRecords } from '../../../service/discovery/own-records.ts'
import { heard } from './captures.ts'

const ADVERT = { instance: 'aa00000000000001', port: 5001, address: '192.168.4.20' }

t.test('reads what avahi says of a service', async (t) => {
  const { kind, answers } = heard('avahi announces a service')
  t.equal(kind, 'response')
  t.match(
    answers.find(({ type }) => type === 'SRV'),
    {
      name: 'aa00000000000001._comapeo._tcp.local',
      target: 'waystation.local',
      port: 5001,
      ttl: 120,
      flush: true
    }
  )
  t.match(
    answers.find(({ name }) => name === '_comapeo._tcp.local'),
    { type: 'PTR', target: 'aa00000000000001._comapeo._tcp.local', ttl: 4500, flush: false }
  )
})

t.test('reads a probe: what is asked, and what the asker would say', async (t) => {
  const { kind, questions, authorities } = heard('avahi probes for a host name')
  t.equal(kind, 'query')
  t.ok(questions.some(({ name, type }) => name === 'waystation.local' && type === 'ANY'))
  t.ok(authorities.some((record) => record.type === 'A' && record.address === '192.168.4.20'))
})

t.test('reads the wish for a unicast answer, which is the top bit of the class', async (t) => {
  const asked = (classHex: string) =>
    fromPacket(decode(Buffer.from(`000000000001000000000000016105${'6c6f63616c'}000001${classHex}`, 'hex')))
      .questions
  t.match(asked('8001'), [{ name: 'a.local', type: 'A', unicastWanted: true }])
  t.match(asked('0001'), [{ name: 'a.local', type: 'A', unicastWanted: false }])
  t.same(asked('0003'), [], 'another class than the internet is not asked of us')
})

t.test('what is said is read again as it was', async (t) => {
  for (const records of [
    syncRecords(ADVERT),
    pageRecords({ label: 'waystation', port: 80, address: '10.0.0.1' })
  ]) {
    const said = response({ answers: [...records.shared, ...records.unique], additionals: records.denials })
    t.same(fromPacket(decode(encodeMessage(said))), said)
  }
})

t.test('a text record without content is one empty string', async (t) => {
  const text = syncRecords(ADVERT).unique.filter(({ type }) => type === 'TXT')
  t.ok(
    encodeMessage(response({ answers: text }))
      .toString('hex')
      .endsWith('000100'),
    'RFC 6763 section 6.1'
  )
})

t.test('queries carry no flags, responses are authoritative', async (t) => {
  t.equal(encodeMessage(query({})).readUInt16BE(2), 0x0000)
  t.equal(encodeMessage(response({})).readUInt16BE(2), 0x8400)
})

t.test('records are the same when name, type and data are, whatever the case of the name', async (t) => {
  const heardRecord = heard('avahi announces a host name').answers.find(({ type }) => type === 'A')
  const own: ResourceRecord = {
    name: 'waystation.local',
    type: 'A',
    address: '192.168.4.20',
    ttl: 1,
    flush: false
  }
  t.ok(heardRecord !== undefined && sameRecord(own, heardRecord))
  t.notOk(heardRecord !== undefined && sameRecord({ ...own, address: '192.168.4.21' }, heardRecord))
  const shouted = decode(encodeMessage(response({ answers: [{ ...own, name: 'WAYSTATION.local' }] })))
  t.equal(fromPacket(shouted).answers[0]?.name, 'waystation.local')
})

t.test('data is compared as unsigned bytes', async (t) => {
  const at = (address: string): ResourceRecord => ({
    name: 'x.local',
    ttl: 1,
    flush: false,
    type: 'A',
    address
  })
  t.ok(compareData(at('169.254.99.200'), at('169.254.200.50')) < 0, 'the example of RFC 6762 section 8.2')
  t.ok(compareData(at('200.0.0.0'), at('100.0.0.0')) > 0)
})

t.test(
  'a record whose data its type does not allow is left out, and what stands beside it is read',
  async (t) => {
    const said = encodeMessage(
      response({ answers: pageRecords({ label: 'waystation', port: 80, address: '10.0.0.1' }).unique })
    )
    const [address] = fromPacket(decode(said)).answers.filter(({ type }) => type === 'A')
    // An SSHFP record (type 44) of the root's name: SHA-1 (hash 1) has 20 bytes, here there are 2.
    const fingerprint = Buffer.from('00002c000100000078000401' + '01abcd', 'hex')
    const packet = Buffer.concat([said, fingerprint])
    packet.writeUInt16BE(said.readUInt16BE(6) + 1, 6)
    const { answers } = fromPacket(decode(packet))
    t.same(
      answers.filter(({ type }) => type === 'A'),
      [address]
    )
    t.notOk(answers.some(({ type }) => type === 'OTHER'))
  }
)
