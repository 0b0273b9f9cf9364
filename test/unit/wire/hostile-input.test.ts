import fc from 'fast-check'
import t from 'tap'
import { WaystationError } from '../../../service/errors.ts'
import { decodeDocument, documentKindOf } from '../../../service/wire/documents.ts'
import {
  decodeDownloadIntent,
  encodeDownloadIntent
} from '../../../service/wire/download-intent-extension.ts'
import { decodeHave, MAX_HAVE_START, MAX_HAVE_WORDS } from '../../../service/wire/have-extension.ts'
import { decodeProjectExtension, MAX_AUTH_CORES } from '../../../service/wire/project-extension.ts'
import { decodeRpc, RPC_TYPES } from '../../../service/wire/rpc.ts'
import type { RpcType } from '../../../service/wire/rpc.ts'
import { decodeRuns } from '../../../service/wire/run-length.ts'
import { RECORDED_VERSIONS, vectorsOf } from '../../fixtures/wire/vectors.ts'

// Whatever arrives, a decoder answers with a value that keeps its own promises, or with WIRE_INVALID.

const at = { discoveryKey: Buffer.alloc(32, 7), index: 0 }
const recorded = RECORDED_VERSIONS.map(vectorsOf)
const bytesOf = (entries: { hex: string }[]) => entries.map(({ hex }) => Buffer.from(hex, 'hex'))
const extension = (name: string) =>
  bytesOf(recorded.flatMap(({ extensions }) => extensions.filter((entry) => entry.name === name)))

interface Decoder {
  name: string
  decode: (bytes: Uint8Array) => unknown
  /** What real phones send through it. */
  seeds: Uint8Array[]
  isValid: (value: never) => boolean
}

/** Keeps the type of what is decoded together with its check. */
function decoder<Value>(
  name: string,
  decode: (bytes: Uint8Array) => Value,
  seeds: Uint8Array[],
  isValid: (value: Value) => boolean
): Decoder {
  return { name, decode, seeds, isValid }
}

const isKey = (value: unknown) => Buffer.isBuffer(value) && value.length === 32
const isText = (text: string, max: number) => [...text].length <= max && !/[\p{Cc}\p{Cs}]/u.test(text)

function rpcDecoder(type: RpcType): Decoder {
  const seeds = bytesOf(recorded.flatMap(({ rpc }) => rpc.filter((entry) => entry.type === type)))
  return decoder(
    type,
    (bytes) => decodeRpc(type, bytes),
    seeds,
    (message) =>
      Object.entries(message).every(([field, value]) => {
        if (field === 'encryptionKeys')
          return Object.values(value as object).length === 5 && Object.values(value as object).every(isKey)
        if (field === 'features')
          return (value as string[]).every((feature) => ['ack', 'map_share'].includes(feature))
        if (typeof value === 'string') return isText(value, field.endsWith('Description') ? 4096 : 256)
        return typeof value === 'boolean' || isKey(value)
      })
  )
}

const decoders: Decoder[] = [
  ...RPC_TYPES.filter((type) => type !== null).map(rpcDecoder),
  decoder(
    'mapeo/project',
    decodeProjectExtension,
    extension('mapeo/project'),
    (keys) => keys.length <= MAX_AUTH_CORES && keys.every(isKey)
  ),
  decoder(
    'mapeo/have',
    decodeHave,
    extension('mapeo/have'),
    ({ discoveryKey, start, words }) =>
      isKey(discoveryKey) &&
      start % 32 === 0 &&
      start >= 0 &&
      start < MAX_HAVE_START &&
      words.length <= MAX_HAVE_WORDS
  ),
  decoder(
    'mapeo/download-intent',
    decodeDownloadIntent,
    [
      ...extension('mapeo/download-intent'),
      encodeDownloadIntent({
        everything: false,
        variants: new Map([
          ['photo', ['preview', 'thumbnail']],
          ['audio', []]
        ])
      })
    ],
    ({ variants }) =>
      variants.size <= 16 && [...variants].every(([type, names]) => type.length <= 64 && names.length <= 16)
  ),
  decoder(
    'bitfield',
    (bytes) => decodeRuns(bytes, 4096),
    recorded.flatMap(({ bitfields }) => bitfields.map(({ encoded }) => Buffer.from(encoded, 'hex'))),
    (decoded) => decoded.length <= 4096 && decoded.length % 4 === 0
  ),
  decoder(
    'document',
    (block) => decodeDocument(block, at),
    bytesOf(recorded.flatMap(({ blocks }) => blocks)),
    (document) => document === null || /^([0-9a-f]{2}){1,32}$/.test(document.docId)
  ),
  decoder(
    'kind of document',
    documentKindOf,
    bytesOf(recorded.flatMap(({ blocks }) => blocks)),
    (kind) => kind === null || /^[a-zA-Z]+$/.test(kind)
  )
]

/** One byte turned, one piece cut out, doubled or put in: what breaks parsers that trust a length. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('turn' as const), position: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), position: fc.nat(), length: fc.nat(40) }),
  fc.record({ kind: fc.constant('double' as const), position: fc.nat(), length: fc.nat(40) }),
  fc.record({
    kind: fc.constant('insert' as const),
    position: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 12 })
  })
)
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

function mutated(bytes: Uint8Array, changes: readonly Mutation[]): Buffer {
  let result = Buffer.from(bytes)
  for (const change of changes) {
    const position = result.length === 0 ? 0 : change.position % result.length
    const [before, after] = [result.subarray(0, position), result.subarray(position)]
    if (change.kind === 'turn') result = Buffer.concat([before, Buffer.of(change.byte), after.subarray(1)])
    else if (change.kind === 'cut') result = Buffer.concat([before, after.subarray(change.length)])
    else if (change.kind === 'double')
      result = Buffer.concat([before, after.subarray(0, change.length), after])
    else result = Buffer.concat([before, change.bytes, after])
  }
  return result
}

function keepsItsPromise({ decode, isValid }: Decoder, bytes: Uint8Array): boolean {
  try {
    // The value is of the type that this decoder's own check takes.
    return isValid(decode(bytes) as never)
  } catch (error) {
    return error instanceof WaystationError && error.code === 'WIRE_INVALID'
  }
}

for (const each of decoders) {
  t.test(`${each.name}: arbitrary bytes are decoded to something valid or refused`, (t) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => keepsItsPromise(each, bytes)),
      { numRuns: 500 }
    )
    t.pass('500 inputs')
    t.end()
  })

  t.test(`${each.name}: damaged messages of real phones are decoded to something valid or refused`, (t) => {
    t.ok(each.seeds.length > 0, 'there are messages to damage')
    const damaged = fc
      .tuple(fc.constantFrom(...each.seeds), fc.array(mutation, { minLength: 1, maxLength: 4 }))
      .map(([bytes, changes]) => mutated(bytes, changes))
    fc.assert(
      fc.property(damaged, (bytes) => keepsItsPromise(each, bytes)),
      { numRuns: 1000 }
    )
    t.ok(
      each.seeds.every((bytes) => keepsItsPromise(each, bytes)),
      'and undamaged ones too'
    )
    t.end()
  })
}
