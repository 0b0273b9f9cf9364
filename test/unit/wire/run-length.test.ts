import fc from 'fast-check'
import t from 'tap'
import { decodeRuns, encodeRuns } from '../../../service/wire/run-length.ts'

const NO_LIMIT = 1 << 20
const INVALID = { code: 'WIRE_INVALID' }

t.test('decodes the example of the protocol: blocks 0 to 19 in 4096 bytes', (t) => {
  const decoded = decodeRuns(Buffer.from('0b020ff57f', 'hex'), NO_LIMIT)
  t.equal(decoded.length, 4096)
  t.equal(Buffer.from(decoded.subarray(0, 4)).toString('hex'), 'ffff0f00')
  t.ok(decoded.subarray(3).every((byte) => byte === 0))
  t.end()
})

t.test('one literal item for the whole field is legal', (t) => {
  t.same([...decodeRuns(Buffer.from('0801020304', 'hex'), NO_LIMIT)], [1, 2, 3, 4])
  t.end()
})

t.test('what comes out is padded with zeros to whole words', (t) => {
  t.same([...decodeRuns(Buffer.from('0402ff', 'hex'), NO_LIMIT)], [2, 255, 0, 0])
  t.same([...decodeRuns(Buffer.from('', 'hex'), NO_LIMIT)], [])
  t.end()
})

t.test('refuses items that are cut short', (t) => {
  t.throws(() => decodeRuns(Buffer.from('0401', 'hex'), NO_LIMIT), INVALID, 'fewer literal bytes than said')
  t.throws(() => decodeRuns(Buffer.from('80', 'hex'), NO_LIMIT), INVALID, 'a length without its end')
  t.throws(
    () => decodeRuns(Buffer.from('8080808000', 'hex'), NO_LIMIT),
    INVALID,
    'a length padded beyond 28 bits'
  )
  t.end()
})

t.test('refuses a run beyond the limit without taking memory for it', (t) => {
  // A run of 2^26 bytes of ones, in four bytes.
  const claim = Buffer.from('83808080' + '01', 'hex')
  const largest = Buffer.from('ffffff7f', 'hex')
  const before = process.memoryUsage().arrayBuffers
  t.throws(() => decodeRuns(largest, NO_LIMIT), INVALID)
  t.throws(() => decodeRuns(claim, NO_LIMIT), INVALID)
  t.throws(
    () => decodeRuns(Buffer.concat(Array<Buffer>(1000).fill(Buffer.from('f5ff3f', 'hex'))), NO_LIMIT),
    INVALID
  )
  t.ok(process.memoryUsage().arrayBuffers - before < NO_LIMIT, 'less was taken than the limit')
  t.end()
})

t.test('exactly the limit is accepted', (t) => {
  const full = encodeRuns(new Uint8Array(4096).fill(0xff))
  t.equal(decodeRuns(full, 4096).length, 4096)
  t.throws(() => decodeRuns(full, 4095), INVALID)
  t.end()
})

// Runs as phones have them: contiguous blocks with few gaps, in random bytes.
const bitfields = fc
  .array(
    fc.oneof(
      fc
        .record({ length: fc.nat(300), byte: fc.constantFrom(0x00, 0xff) })
        .map(({ length, byte }) => Array<number>(length).fill(byte)),
      fc.array(fc.nat(255), { maxLength: 12 })
    ),
    { maxLength: 12 }
  )
  .map((stretches) => Uint8Array.from(stretches.flat()))

t.test('what is encoded decodes to the same, by us and by a naive reader', (t) => {
  fc.assert(
    fc.property(bitfields, (bytes) => {
      const padded = [...bytes, ...Array<number>((4 - (bytes.length % 4)) % 4).fill(0)]
      const encoded = encodeRuns(bytes)
      t.same([...decodeRuns(encoded, NO_LIMIT)], padded)
      t.same(naive(encoded), [...bytes])
    })
  )
  t.end()
})

t.test('any items decode as a naive reader reads them', (t) => {
  const items = fc.array(
    fc.oneof(
      fc
        .record({ length: fc.nat(200), ones: fc.boolean() })
        .map(({ length, ones }) => [...varint(length * 4 + (ones ? 3 : 1))]),
      fc.array(fc.nat(255), { maxLength: 200 }).map((bytes) => [...varint(bytes.length * 2), ...bytes])
    )
  )
  fc.assert(
    fc.property(items, (parts) => {
      const encoded = Buffer.from(parts.flat())
      const expected = naive(encoded)
      t.same([...decodeRuns(encoded, NO_LIMIT)].slice(0, expected.length), expected)
    })
  )
  t.end()
})

t.test('an encoded field is never longer than the field itself and one length', (t) => {
  fc.assert(fc.property(bitfields, (bytes) => void t.ok(encodeRuns(bytes).length <= bytes.length + 4)))
  t.ok(encodeRuns(new Uint8Array(262_144).fill(0xff)).length <= 4, 'a core without gaps takes one item')
  t.end()
})

/** The protocol's description, word for word, with no thought of speed or limits. */
function naive(encoded: Uint8Array): number[] {
  const bytes: number[] = []
  const rest = [...encoded]
  while (rest.length > 0) {
    let n = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(rest.shift() ?? 0)
      n += (byte % 128n) << shift
      if (byte < 128n) break
    }
    if (n % 2n === 1n) bytes.push(...Array<number>(Number(n / 4n)).fill((n / 2n) % 2n === 1n ? 0xff : 0x00))
    else bytes.push(...rest.splice(0, Number(n / 2n)))
  }
  return bytes
}

function* varint(value: number): Generator<number> {
  for (; value >= 128; value = Math.floor(value / 128)) yield (value % 128) + 128
  yield value
}
