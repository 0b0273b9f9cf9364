import { sign } from '@mapeo/crypto'
import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import { NAMESPACES, type DeviceId, type Namespace } from '../ids.ts'
import type { OwnCoreWriter } from '../storage/own-core.ts'
import { decodeDocument, encodeDocument, type DocumentOfKind } from '../wire/documents.ts'
import type { ProjectCore } from './project-cores.ts'

export interface SigningKeyPair {
  publicKey: Buffer
  secretKey: Buffer
}

/** One of the hub's own cores, with the only hand that writes to it. */
export interface OwnCore {
  readonly core: ProjectCore
  readonly writer: OwnCoreWriter
}

/**
 * Everything that the hub ever writes into a project: who owns its cores, and what it is called. CoMapeo peer protocol: the
 * ownership is block 0 of the hub's auth core, before anything else is written.
 */
export class OwnDocuments {
  readonly #deviceId: DeviceId
  readonly #identity: SigningKeyPair
  readonly #coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
  readonly #auth: OwnCore
  readonly #config: OwnCore
  readonly #clock: Clock

  constructor(parts: {
    deviceId: DeviceId
    identity: SigningKeyPair
    coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
    auth: OwnCore
    config: OwnCore
    clock: Clock
  }) {
    this.#deviceId = parts.deviceId
    this.#identity = parts.identity
    this.#coreKeyPairs = parts.coreKeyPairs
    this.#auth = parts.auth
    this.#config = parts.config
    this.#clock = parts.clock
  }

  /** Writes what is missing and what is out of date. Writes nothing when all of it is there already. */
  async write(hubName: string): Promise<void> {
    if (this.#auth.core.core.length === 0) await this.#writeOwnership()
    // Phones before 6.0 look a name up by the config core's key, later ones by the device id: each needs a document.
    const configCoreKey = this.#coreKeyPairs.config.publicKey.toString('hex')
    const known = await this.#readDeviceInfos()
    const blocks: Buffer[] = []
    for (const docId of [this.#deviceId, configCoreKey]) {
      const before = known.get(docId)
      if (before?.name !== hubName) blocks.push(this.#deviceInfo(docId, hubName, before))
    }
    if (blocks.length > 0) await this.#config.writer.append(blocks)
  }

  async #writeOwnership(): Promise<void> {
    const now = new Date(this.#clock.now()).toISOString()
    const perNamespace = <T>(of: (keyPair: SigningKeyPair) => T) =>
      Object.fromEntries(NAMESPACES.map((ns) => [ns, of(this.#coreKeyPairs[ns])])) as Record<Namespace, T>
    const ids = perNamespace((keyPair) => keyPair.publicKey.toString('hex'))
    await this.#auth.writer.append([
      encodeDocument({
        schemaName: 'coreOwnership',
        docId: this.#deviceId,
        createdAt: now,
        updatedAt: now,
        deleted: false,
        links: [],
        authCoreId: ids.auth,
        configCoreId: ids.config,
        dataCoreId: ids.data,
        blobIndexCoreId: ids.blobIndex,
        blobCoreId: ids.blob,
        coreSignatures: perNamespace(selfSigned),
        identitySignature: selfSigned(this.#identity)
      })
    ])
  }

  /** The last version of each, by docId. The hub alone writes this core, so the last one is the one that counts. */
  async #readDeviceInfos(): Promise<Map<string, DocumentOfKind<'deviceInfo'>>> {
    const { reader } = this.#config.core
    if (reader === null) throw new WaystationError('HUB_LOCKED')
    const latest = new Map<string, DocumentOfKind<'deviceInfo'>>()
    for (let index = 0; index < reader.length; index++) {
      const block = await reader.get(index, { wait: false })
      const document = block && decodeDocument(block, { discoveryKey: reader.discoveryKey, index })
      if (document?.schemaName === 'deviceInfo') latest.set(document.docId, document)
    }
    return latest
  }

  #deviceInfo(docId: string, name: string, before: DocumentOfKind<'deviceInfo'> | undefined): Buffer {
    // A hub without a battery may wake up in 1970, and an edit must not look older than what it replaces.
    const previous = before === undefined ? 0 : Date.parse(before.updatedAt)
    const updatedAt = new Date(Math.max(this.#clock.now(), previous + 1)).toISOString()
    const content = {
      schemaName: 'deviceInfo' as const,
      docId,
      updatedAt,
      deleted: false,
      name,
      deviceType: 'desktop' as const
    }
    if (before === undefined) return encodeDocument({ ...content, createdAt: updatedAt, links: [] })
    const { createdAt, versionId, originalVersionId } = before
    return encodeDocument({ ...content, createdAt, links: [versionId], originalVersionId })
  }
}

/** CoMapeo peer protocol, core ownership: each key signs its own public key. */
function selfSigned({ publicKey, secretKey }: SigningKeyPair): Buffer {
  return sign(publicKey, secretKey)
}
