import t from 'tap'
import { NAMESPACES } from '../../../service/ids.ts'
import { decodeDocument, documentKindOf } from '../../../service/wire/documents.ts'
import {
  decodeDownloadIntent,
  encodeDownloadIntent
} from '../../../service/wire/download-intent-extension.ts'
import { decodeHave } from '../../../service/wire/have-extension.ts'
import { decodeProjectExtension, encodeProjectExtension } from '../../../service/wire/project-extension.ts'
import { decodeRpc, encodeRpc, RPC_TYPES } from '../../../service/wire/rpc.ts'
import type { RpcMessages, RpcType } from '../../../service/wire/rpc.ts'
import { decodeRuns } from '../../../service/wire/run-length.ts'
import { bytesAsHex, RECORDED_VERSIONS, vectorsOf } from '../../fixtures/wire/vectors.ts'

for (const version of RECORDED_VERSIONS) {
  const { rpc, extensions, bitfields, blocks } = vectorsOf(version)
  const named = (name: string) => extensions.filter((extension) => extension.name === name)

  t.test(
    `${version}: every RPC message means what the phone meant and is written as the phone wrote it`,
    (t) => {
      t.ok(rpc.length > 0)
      for (const { type, hex, message } of rpc) {
        t.ok(isRpcType(type), type)
        if (!isRpcType(type)) continue
        const decoded = decodeRpc(type, Buffer.from(hex, 'hex'))
        t.same(asRecorded(decoded), ourWords(type, message), `${type} means the same`)
        t.equal(encodeRpc(type, decoded).toString('hex'), hex, `${type} has the same bytes`)
      }
      t.end()
    }
  )

  t.test(`${version}: announced auth cores are read and written as the phone does`, (t) => {
    t.ok(named('mapeo/project').length > 0)
    for (const { hex, message } of named('mapeo/project')) {
      const keys = decodeProjectExtension(Buffer.from(hex, 'hex'))
      t.same(asRecorded(keys), message.authCoreKeys)
      t.equal(encodeProjectExtension(keys).toString('hex'), hex)
    }
    t.end()
  })

  t.test(`${version}: announced blocks are those that the phone holds`, (t) => {
    const seen = new Set<string>()
    for (const { hex, message } of named('mapeo/have')) {
      const { discoveryKey, start, words, namespace } = decodeHave(Buffer.from(hex, 'hex'))
      seen.add(namespace)
      t.equal(discoveryKey.toString('hex'), message.discoveryKey)
      t.equal(start, message.start)
      t.equal(namespace, message.namespace)
      // Each of these cores was written by a phone that clears nothing: no gaps.
      const held = bitsOf(words)
      t.ok(held > 0 && bitsOf(words, held) === held, `${namespace}: the first ${held} blocks`)
    }
    t.same([...seen].sort(), [...NAMESPACES].sort())
    t.end()
  })

  t.test(`${version}: download intents are read and written as the phone does`, (t) => {
    t.equal(named('mapeo/download-intent').length > 0, version !== '2.0.0')
    for (const { hex, message } of named('mapeo/download-intent')) {
      const intent = decodeDownloadIntent(Buffer.from(hex, 'hex'))
      t.equal(intent.everything, message.everything)
      t.same(
        [...intent.variants].map(([type, variants]) => [type, { variants }]),
        Object.entries(message.downloadIntents as object)
      )
      t.equal(encodeDownloadIntent(intent).toString('hex'), hex)
    }
    t.end()
  })

  t.test(`${version}: bitfields coded by the phone are read`, (t) => {
    for (const { words, encoded } of bitfields) {
      const bytes = Buffer.from(words, 'hex')
      t.equal(Buffer.from(decodeRuns(Buffer.from(encoded, 'hex'), bytes.length)).toString('hex'), words)
    }
    t.end()
  })

  t.test(`${version}: every document reads as the phone reads it`, (t) => {
    const kinds = new Set<string>()
    for (const { key, hex, document } of blocks) {
      const [discoveryKey = '', index] = key.split('/')
      const block = Buffer.from(hex, 'hex')
      const decoded = decodeDocument(block, {
        discoveryKey: Buffer.from(discoveryKey, 'hex'),
        index: Number(index)
      })
      if (document) kinds.add(String(document.schemaName))
      t.equal(documentKindOf(block), document?.schemaName ?? null)
      // The schema of 2.0.0 lacks some fields that ours gives a default.
      if (version === '2.0.0') t.match(asRecorded(decoded), document)
      else t.same(asRecorded(decoded), document)
    }
    t.equal(kinds.size, version === '2.0.0' ? 10 : 11, 'every kind of document was recorded')
    t.end()
  })
}

function isRpcType(type: string): type is RpcType {
  return RPC_TYPES.some((known) => known === type)
}

function asRecorded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, bytesAsHex))
}

/** The phone's decoded message with the names that the hub uses. */
function ourWords<T extends RpcType>(
  type: T,
  message: Record<string, unknown>
): Record<keyof RpcMessages[T], unknown> {
  const words: Record<string, unknown> = { ...message }
  if (typeof words.decision === 'string') words.decision = words.decision.toLowerCase()
  // 2.0.0 has neither features nor the last two fields of an invite.
  if (type === 'DeviceInfo') words.features ??= []
  if (type === 'Invite') {
    words.sendStats ??= false
    words.invitorWroteDeviceInfo ??= false
  }
  return words as Record<keyof RpcMessages[T], unknown>
}

/** How many bits are set, of the first `length` if given. */
function bitsOf(words: Uint32Array, length = words.length * 32): number {
  let count = 0
  for (let bit = 0; bit < length; bit++) count += ((words[bit >> 5] ?? 0) >>> (bit & 31)) & 1
  return count
}
