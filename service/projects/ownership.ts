import { verifySignature } from '@mapeo/crypto'
import { isHexKey, NAMESPACES } from '../ids.ts'
import type { CoreKey, DeviceId, Namespace } from '../ids.ts'
import type { DocumentOfKind } from '../wire/documents.ts'

/** ed25519 */
const SIGNATURE_BYTES = 64

/** Which five cores a device writes in one project. */
export interface Ownership {
  deviceId: DeviceId
  coreKeys: Record<Namespace, CoreKey>
}

/** Why a core ownership document is not believed, for the log. */
export type OwnershipFault =
  'not-the-first-block' | 'other-auth-core' | 'key-malformed' | 'keys-not-different' | 'signature-invalid'

export type OwnershipVerdict = { ownership: Ownership } | { fault: OwnershipFault }

/**
 * Judges a core ownership document by itself; whether another device has already claimed the same is for `Owners` to say.
 * Stricter than phones, which take the document with the lowest index of any core: the signatures are not tied to each
 * other and can be copied by whoever has seen them, so only the first block of an auth core is believed.
 * @param authCoreKey hex key of the core that the document was found in
 */
export function checkOwnership(
  document: DocumentOfKind<'coreOwnership'>,
  authCoreKey: CoreKey
): OwnershipVerdict {
  if (!document.versionId.endsWith('/0')) return { fault: 'not-the-first-block' }
  if (document.authCoreId !== authCoreKey) return { fault: 'other-auth-core' }
  const keys = {
    auth: document.authCoreId,
    config: document.configCoreId,
    data: document.dataCoreId,
    blobIndex: document.blobIndexCoreId,
    blob: document.blobCoreId
  }
  if (![document.docId, ...Object.values(keys)].every(isHexKey)) return { fault: 'key-malformed' }
  if (new Set(Object.values(keys)).size < NAMESPACES.length) return { fault: 'keys-not-different' }
  const isSigned =
    isSelfSigned(document.docId, document.identitySignature) &&
    NAMESPACES.every((namespace) => isSelfSigned(keys[namespace], document.coreSignatures[namespace]))
  if (!isSigned) return { fault: 'signature-invalid' }
  // Checked above to be hex of 32 bytes, which is what these brands say.
  return { ownership: { deviceId: document.docId as DeviceId, coreKeys: keys as Record<Namespace, CoreKey> } }
}

/** Each key signs its own bytes (CoMapeo peer protocol). */
function isSelfSigned(key: string, signature: Buffer): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  const publicKey = Buffer.from(key, 'hex')
  return verifySignature(publicKey, signature, publicKey)
}
