import { KeyManager, sign } from '@mapeo/crypto'
import t from 'tap'
import { NAMESPACES } from '../../../service/ids.ts'
import type { CoreKey, Namespace } from '../../../service/ids.ts'
import { checkOwnership } from '../../../service/projects/ownership.ts'
import { decodeDocument } from '../../../service/wire/documents.ts'
import type { DocumentOfKind } from '../../../service/wire/documents.ts'
import { RECORDED_VERSIONS, vectorsOf } from '../../fixtures/wire/vectors.ts'

type CoreOwnership = DocumentOfKind<'coreOwnership'>

const keys = new KeyManager(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))
const identity = keys.getIdentityKeypair()
const pairs = Object.fromEntries(
  NAMESPACES.map((namespace) => [namespace, keys.getHypercoreKeypair(namespace, Buffer.alloc(32, 7))])
) as Record<Namespace, { publicKey: Buffer; secretKey: Buffer }>
const coreId = (namespace: Namespace) => pairs[namespace].publicKey.toString('hex') as CoreKey
const signedBy = ({ publicKey, secretKey }: { publicKey: Buffer; secretKey: Buffer }) =>
  sign(publicKey, secretKey)
const versionId = `${'01'.repeat(32)}/0`

const coreSignatures = {
  auth: signedBy(pairs.auth),
  config: signedBy(pairs.config),
  data: signedBy(pairs.data),
  blobIndex: signedBy(pairs.blobIndex),
  blob: signedBy(pairs.blob)
}

const VALID: CoreOwnership = {
  schemaName: 'coreOwnership',
  docId: identity.publicKey.toString('hex'),
  versionId,
  originalVersionId: versionId,
  createdAt: '2024-01-02T03:04:05.006Z',
  updatedAt: '2024-01-02T03:04:05.006Z',
  links: [],
  deleted: false,
  authCoreId: coreId('auth'),
  configCoreId: coreId('config'),
  dataCoreId: coreId('data'),
  blobIndexCoreId: coreId('blobIndex'),
  blobCoreId: coreId('blob'),
  identitySignature: signedBy(identity),
  coreSignatures
}
const coreKeys = Object.fromEntries(NAMESPACES.map((namespace) => [namespace, coreId(namespace)]))

t.test('a document that is right in everything gives the device and its five cores', (t) => {
  t.same(checkOwnership(VALID, coreId('auth')), { ownership: { deviceId: VALID.docId, coreKeys } })
  t.end()
})

const foreign = Buffer.alloc(64, 1)
const FAULTS: { name: string; document: CoreOwnership; fault: string }[] = [
  {
    name: 'in a later block',
    document: { ...VALID, versionId: `${'01'.repeat(32)}/10` },
    fault: 'not-the-first-block'
  },
  { name: 'in another core', document: { ...VALID, authCoreId: coreId('data') }, fault: 'other-auth-core' },
  { name: 'of no device', document: { ...VALID, docId: 'abcd' }, fault: 'key-malformed' },
  {
    name: 'of a core with half a key',
    document: { ...VALID, blobCoreId: coreId('blob').slice(0, 32) },
    fault: 'key-malformed'
  },
  {
    name: 'with one core in two namespaces',
    document: {
      ...VALID,
      configCoreId: coreId('data'),
      coreSignatures: { ...coreSignatures, config: coreSignatures.data }
    },
    fault: 'keys-not-different'
  },
  {
    name: 'with a wrong signature of the identity',
    document: { ...VALID, identitySignature: foreign },
    fault: 'signature-invalid'
  },
  {
    name: 'with a short signature of the identity',
    document: { ...VALID, identitySignature: foreign.subarray(1) },
    fault: 'signature-invalid'
  },
  ...NAMESPACES.flatMap((namespace) =>
    [foreign, Buffer.alloc(0)].map((signature) => ({
      name: `with a wrong signature of the ${namespace} core, ${signature.length} bytes`,
      document: { ...VALID, coreSignatures: { ...coreSignatures, [namespace]: signature } },
      fault: 'signature-invalid'
    }))
  ),
  {
    name: 'with the signatures of two cores in each other’s place',
    document: {
      ...VALID,
      coreSignatures: { ...coreSignatures, blob: coreSignatures.data, data: coreSignatures.blob }
    },
    fault: 'signature-invalid'
  }
]

for (const { name, document, fault } of FAULTS) {
  t.test(`not believed: a document ${name}`, (t) => {
    t.same(checkOwnership(document, coreId('auth')), { fault })
    t.end()
  })
}

for (const version of RECORDED_VERSIONS) {
  t.test(`${version}: what phones write of themselves is believed`, (t) => {
    const verdicts = vectorsOf(version).blocks.flatMap(({ key, hex }) => {
      const discoveryKey = Buffer.from(key.slice(0, 64), 'hex')
      const document = decodeDocument(Buffer.from(hex, 'hex'), { discoveryKey, index: Number(key.slice(65)) })
      return document?.schemaName === 'coreOwnership'
        ? [checkOwnership(document, document.authCoreId as CoreKey)]
        : []
    })
    t.equal(verdicts.length, 2)
    t.ok(verdicts.every((verdict) => 'ownership' in verdict))
    t.end()
  })
}
