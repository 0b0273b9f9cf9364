import { create, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import t from 'tap'
import { NAMESPACES } from '../../../service/ids.ts'
import { HaveSchema } from '../../../service/wire/generated/extensions_pb.ts'
import {
  decodeHave,
  encodeHave,
  MAX_HAVE_START,
  MAX_HAVE_WORDS
} from '../../../service/wire/have-extension.ts'

const INVALID = { code: 'WIRE_INVALID' }
const discoveryKey = Buffer.alloc(32, 7)
const have = { discoveryKey, start: 0, words: Uint32Array.of(0xfffff, 0), namespace: 'data' as const }

/** As a peer would write it, with no check. */
const written = (fields: object) =>
  toBinary(
    HaveSchema,
    create(HaveSchema, { discoveryKey, start: 0n, encodedBitfield: new Uint8Array(), ...fields })
  )

t.test('namespaces have the numbers of the protocol', (t) => {
  t.same(
    [0, 1, 2, 3, 4].map((namespace) => decodeHave(written({ namespace })).namespace),
    ['auth', 'config', 'data', 'blobIndex', 'blob']
  )
  t.throws(() => decodeHave(written({ namespace: 5 })), INVALID)
  t.end()
})

t.test('starts that hang a phone are neither read nor written', (t) => {
  const starts = [2n ** 33n, BigInt(MAX_HAVE_START), 2n ** 64n - 32n, 33n, 1n]
  for (const start of starts) {
    t.throws(() => decodeHave(written({ start })), INVALID, `${start} read`)
    t.throws(() => encodeHave({ ...have, start: Number(start) }), INVALID, `${start} written`)
  }
  t.equal(decodeHave(encodeHave({ ...have, start: MAX_HAVE_START - 32 })).start, MAX_HAVE_START - 32)
  t.end()
})

t.test('a bitfield is at most one segment of a phone', (t) => {
  const words = new Uint32Array(MAX_HAVE_WORDS).fill(0xffffffff)
  t.same(decodeHave(encodeHave({ ...have, words })).words, words)
  t.throws(() => encodeHave({ ...have, words: new Uint32Array(MAX_HAVE_WORDS + 1) }), INVALID)
  // One run of 262,145 bytes of zeros.
  t.throws(() => decodeHave(written({ encodedBitfield: Buffer.from('858040', 'hex') })), INVALID)
  t.end()
})

t.test('a bitfield that claims more than there may be takes no memory', (t) => {
  const claim = written({ encodedBitfield: Buffer.from('ffffff7f', 'hex') })
  const before = process.memoryUsage().arrayBuffers
  t.throws(() => decodeHave(claim), INVALID)
  t.ok(process.memoryUsage().arrayBuffers - before < 1 << 20)
  t.end()
})

t.test('the discovery key has exactly 32 bytes', (t) => {
  for (const length of [0, 31, 33]) {
    t.throws(() => decodeHave(written({ discoveryKey: Buffer.alloc(length) })), INVALID)
  }
  t.end()
})

t.test('words that are a view into a larger field are written alone', (t) => {
  const words = Uint32Array.of(1, 2, 3, 4).subarray(1, 3)
  t.same([...decodeHave(encodeHave({ ...have, words })).words], [2, 3])
  t.end()
})

t.test('a message over the size of the longest honest one is refused unread', (t) => {
  t.throws(() => decodeHave(Buffer.alloc(2 * MAX_HAVE_WORDS * 4 + 1025)), {
    code: 'WIRE_INVALID',
    message: /at most/
  })
  t.end()
})

t.test('what is written is read again', (t) => {
  const haves = fc.record({
    discoveryKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    start: fc.nat(MAX_HAVE_START / 32 - 1).map((word) => word * 32),
    words: fc.uint32Array({ maxLength: 64 }),
    namespace: fc.constantFrom(...NAMESPACES)
  })
  fc.assert(fc.property(haves, (have) => void t.same(decodeHave(encodeHave(have)), have)))
  t.end()
})
