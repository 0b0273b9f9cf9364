import { decode } from 'dns-packet'
import fc from 'fast-check'
import t from 'tap'
import { Browser } from '../../../service/discovery/browser.ts'
import { Claim } from '../../../service/discovery/claim.ts'
import { encodeMessage, fromPacket } from '../../../service/discovery/codec.ts'
import type { Message } from '../../../service/discovery/message.ts'
import { syncRecords } from '../../../service/discovery/own-records.ts'
import { isPlausible } from '../../../service/discovery/packet-guard.ts'
import { Responder } from '../../../service/discovery/responder.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { allCaptured } from './captures.ts'

const RUNS = 2_000

/** A recorded packet with some bytes changed, cut or repeated: what is nearly right goes deepest. */
const damaged = fc
  .record({
    packet: fc.constantFrom(...allCaptured()),
    changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 40 })),
    tail: fc.uint8Array({ maxLength: 200 })
  })
  .map(({ packet, changes, cut, tail }) => {
    const bytes = Buffer.from(packet)
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    return Buffer.concat([bytes.subarray(0, bytes.length - cut), tail])
  })
const anything = fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes))

function everyRule(clock: ManualClock, sent: Message[]) {
  const address = '192.168.4.1'
  const records = syncRecords({ instance: 'aa00000000000001', port: 5001, address })
  const multicast = (message: Message) => sent.push(message)
  const shared = { clock, random: () => 0.5, multicast }
  const claim = new Claim({
    ...shared,
    records,
    isOwnAddress: () => false,
    onHeld: () => {},
    onLost: () => {}
  })
  const responder = new Responder({ ...shared, own: () => records, unicast: multicast })
  const browser = new Browser({
    ...shared,
    link: { name: 'wlan0', address, netmask: '255.255.255.0', internal: false },
    ownAnswers: () => [],
    isOwn: () => false,
    onFound: () => {},
    onLost: () => {}
  })
  claim.start()
  return { claim, responder, browser }
}

t.test('no packet makes a rule throw, and what it makes the hub say can be sent', async (t) => {
  let read = 0
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: damaged }, anything), { maxLength: 20 }),
      (packets) => {
        const clock = new ManualClock()
        const sent: Message[] = []
        const { claim, responder, browser } = everyRule(clock, sent)
        for (const packet of packets) {
          clock.move(200)
          if (!isPlausible(packet)) continue
          let message
          try {
            message = fromPacket(decode(packet))
          } catch {
            continue
          }
          read += 1
          claim.hearQuery(message)
          responder.hearQuery(message, { address: '192.168.4.20', port: 5353 })
          responder.hearQuery(message, { address: '192.168.4.20', port: 9 })
          claim.hearResponse(message)
          responder.hearResponse(message)
          browser.hearResponse(message)
        }
        clock.move(10_000)
        for (const message of sent) decode(encodeMessage(message))
      }
    ),
    { numRuns: RUNS }
  )
  t.ok(read > RUNS, `${read} damaged packets could be read`)
})
