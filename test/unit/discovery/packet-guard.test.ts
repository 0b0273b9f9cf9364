import t from 'tap'
import { isPlausible } from '../../../service/discovery/packet-guard.ts'
import { allCaptured, captured } from './captures.ts'

t.test('lets through what real responders send', async (t) => {
  for (const packet of allCaptured()) t.ok(isPlausible(packet))
})

t.test('drops what cannot be a message before it is decoded', async (t) => {
  const header = (flags: number, questions: number, answers: number) => {
    const packet = Buffer.alloc(12)
    for (const [index, value] of [0, flags, questions, answers].entries())
      packet.writeUInt16BE(value, index * 2)
    return packet
  }
  t.ok(isPlausible(header(0, 0, 0)))
  t.notOk(isPlausible(Buffer.alloc(11)), 'shorter than a header')
  t.ok(isPlausible(Buffer.concat([header(0, 0, 0), Buffer.alloc(1_488)])))
  t.notOk(isPlausible(Buffer.concat([header(0, 0, 0), Buffer.alloc(1_489)])), 'larger than a frame')
  t.notOk(isPlausible(header(0, 65_535, 0)), 'more questions than fit')
  t.notOk(isPlausible(header(0x8000, 0, 65_535)), 'more answers than fit')
  t.notOk(isPlausible(header(0x0800, 0, 0)), 'an opcode')
  t.notOk(isPlausible(header(0x8003, 0, 0)), 'an error')
})

t.test('drops a recorded packet that claims one record too many for its size', async (t) => {
  const packet = captured('multicast-dns asks for a service')
  packet.writeUInt16BE(3, 6)
  t.notOk(isPlausible(packet))
})
