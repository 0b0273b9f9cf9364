import { KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { makeDirectory, readIfPresent, writeDurably } from '../storage/durable-file.ts'

/** In the directory of the keys: private key and certificate, both PEM. */
export const TLS_IDENTITY_FILE = 'https.pem'

/** The names of the page. A browser does not trust the certificate of any hub, but complains less when the name is right. */
const NAMES = ['waystation.local', 'waystation.lan', 'waystation', 'localhost']

// A phone whose clock is wrong must not refuse it, and a hub does not know what day it is when it makes it. RFC 5280,
// 4.1.2.5: years until 2049 are UTCTime, which every phone reads.
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z')
const NOT_AFTER = new Date('2049-12-31T23:59:59Z')

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The certificate by which a browser knows this hub again, and its key. */
export interface TlsIdentity {
  /** Private key and certificate, PEM. */
  readonly pem: string
  /** SHA-256 of the certificate in DER, as browsers show it: 32 bytes in upper-case hex with colons. */
  readonly fingerprint: string
}

/**
 * Reads the identity, or makes one at the first start. The key lies in clear also on a sealed hub: it is needed before
 * anybody can log in, and opens nothing that the hub keeps.
 */
export async function openTlsIdentity(keysDirectory: string): Promise<TlsIdentity> {
  const path = join(keysDirectory, TLS_IDENTITY_FILE)
  const kept = await readIfPresent(path)
  if (kept !== null) return identityOf(kept.toString('latin1'))
  const pem = await makePem()
  await makeDirectory(keysDirectory)
  await writeDurably(path, pem)
  return identityOf(pem)
}

/** @throws when the file is damaged: whoever removes it gets a new identity, and must print the card anew */
function identityOf(pem: string): TlsIdentity {
  return { pem, fingerprint: new X509Certificate(pem).fingerprint256 }
}

async function makePem(): Promise<string> {
  // Needed once in the life of a hub: not loaded at other starts.
  await import('reflect-metadata')
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${NAMES[0]}`,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new SubjectAlternativeNameExtension(NAMES.map((value) => ({ type: 'dns', value })))]
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  return `${key.toString()}${certificate.toString('pem')}\n`
}
