import t from 'tap'
import {
  decodeDocument,
  documentKindOf,
  encodeDocument,
  MAX_INDEXED_DOCUMENT_BYTES
} from '../../../service/wire/documents.ts'
import { vectorsOf } from '../../fixtures/wire/vectors.ts'

const at = { discoveryKey: Buffer.alloc(32, 7), index: 3 }
const { blocks } = vectorsOf('7.1.0')

function recorded(kind: string): Buffer {
  const block = blocks.find(({ document }) => document?.schemaName === kind)
  if (!block) throw new Error(`No ${kind} was recorded`)
  return Buffer.from(block.hex, 'hex')
}

/** A field with nothing in it, `count` times: two bytes each. */
const emptyFields = (field: number, count: number) =>
  Buffer.alloc(count * 2, Buffer.from([(field << 3) | 2, 0]))

/** A field of a document that is skipped, to fill a block up. */
function padding(length: number): Buffer {
  const rest = length - 6
  return Buffer.concat([
    Buffer.from([
      0xfa,
      0x3f,
      (rest & 0x7f) | 0x80,
      ((rest >> 7) & 0x7f) | 0x80,
      ((rest >> 14) & 0x7f) | 0x80,
      rest >> 21
    ]),
    Buffer.alloc(rest)
  ])
}

t.test('the version id follows from the place of the block', (t) => {
  t.equal(decodeDocument(recorded('observation'), at)?.versionId, `${'07'.repeat(32)}/3`)
  t.end()
})

t.test('a plain Uint8Array decodes as a Buffer does', (t) => {
  const block = recorded('observation')
  t.same(decodeDocument(new Uint8Array(block), at), decodeDocument(block, at))
  t.end()
})

t.test('what the hub writes decodes to the same', (t) => {
  const common = {
    docId: '01'.repeat(32),
    createdAt: '2024-01-02T03:04:05.006Z',
    updatedAt: '2024-01-02T03:04:05.006Z',
    deleted: false,
    links: [] as []
  }
  const block = encodeDocument({
    ...common,
    schemaName: 'deviceInfo',
    name: 'Waystation',
    deviceType: 'desktop'
  })
  const versionId = `${'07'.repeat(32)}/3`
  t.match(decodeDocument(block, at), {
    ...common,
    schemaName: 'deviceInfo',
    name: 'Waystation',
    deviceType: 'desktop',
    versionId,
    originalVersionId: versionId
  })
  t.equal(documentKindOf(block), 'deviceInfo')
  t.end()
})

t.test('what is no document has no kind and does not decode', (t) => {
  const unknownKind = Buffer.concat([
    Buffer.from('0102030405060100', 'hex'),
    recorded('observation').subarray(8)
  ])
  for (const block of [
    Buffer.alloc(0),
    Buffer.alloc(7),
    Buffer.from('<svg/>'),
    Buffer.alloc(64, 0xff),
    unknownKind
  ]) {
    t.equal(decodeDocument(block, at), null)
    t.equal(documentKindOf(block), null)
  }
  t.end()
})

t.test('a document that lacks what it needs does not decode, though it has a kind', (t) => {
  const cut = recorded('coreOwnership').subarray(0, 60)
  t.equal(documentKindOf(cut), 'coreOwnership')
  t.equal(decodeDocument(cut, at), null)
  t.end()
})

t.test('a document is read up to a length, and not beyond', (t) => {
  const block = recorded('observation')
  const longest = Buffer.concat([block, padding(MAX_INDEXED_DOCUMENT_BYTES - block.length)])
  t.equal(longest.length, MAX_INDEXED_DOCUMENT_BYTES)
  t.ok(decodeDocument(longest, at))
  t.equal(
    decodeDocument(Buffer.concat([block, padding(MAX_INDEXED_DOCUMENT_BYTES - block.length + 1)]), at),
    null
  )
  t.end()
})

t.test('a document with half a million empty parts costs no more than its length', (t) => {
  const bombs = {
    attachments: Buffer.concat([recorded('observation'), emptyFields(7, 500_000)]),
    icons: Buffer.concat([recorded('icon'), emptyFields(3, 500_000)]),
    links: withLinks(recorded('remoteDetectionAlert'), emptyFields(2, 500_000))
  }
  for (const [name, block] of Object.entries(bombs)) {
    t.ok(block.length <= MAX_INDEXED_DOCUMENT_BYTES)
    t.equal(decodeDocument(block, at), null, name)
  }
  t.ok(
    decodeDocument(Buffer.concat([recorded('observation'), emptyFields(7, 19_000)]), at),
    'many are accepted'
  )
  t.end()
})

t.test('a track of five hours with a position each second decodes', (t) => {
  const track = recorded('track')
  const position = firstField(track, 2)
  const long = Buffer.concat([track, ...Array<Buffer>(18_000).fill(position)])
  const decoded = decodeDocument(long, at)
  t.equal(decoded?.schemaName === 'track' && decoded.locations.length, 18_003)
  t.end()
})

t.test('an id longer than any key is not read', (t) => {
  const common = {
    createdAt: '2024-01-02T03:04:05.006Z',
    updatedAt: '2024-01-02T03:04:05.006Z',
    deleted: false,
    links: [] as []
  }
  const withId = (docId: string) =>
    encodeDocument({ ...common, docId, schemaName: 'deviceInfo', name: 'A', deviceType: 'mobile' })
  t.ok(decodeDocument(withId('01'.repeat(32)), at))
  t.equal(decodeDocument(withId('01'.repeat(33)), at), null)
  t.end()
})

/** The first occurrence of a field that holds a message shorter than 128 bytes, with its tag. */
function firstField(block: Buffer, field: number): Buffer {
  for (let position = 8; position < block.length;) {
    const length = 2 + (block[position + 1] ?? 0)
    if (block[position] === ((field << 3) | 2)) return block.subarray(position, position + length)
    position += length
  }
  throw new Error(`No field ${field}`)
}

/** The document with more in its field 1, where the common fields are. */
function withLinks(block: Buffer, links: Buffer): Buffer {
  const common = Buffer.concat([firstField(block, 1).subarray(2), links])
  const length = common.length
  const head = Buffer.from([0x0a, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14])
  return Buffer.concat([block.subarray(0, 8), head, common])
}
