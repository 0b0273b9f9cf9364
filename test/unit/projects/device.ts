import { KeyManager, sign } from '@mapeo/crypto'
import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { NAMESPACES, type CoreKey, type DeviceId, type Namespace } from '../../../service/ids.ts'
import type { JoinDetails } from '../../../service/projects/join-details.ts'
import { ROLE_IDS, type Role } from '../../../service/projects/role.ts'
import { encodeDocument } from '../../../service/wire/documents.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'
import type { DeviceOwner } from '../../support/device-owner.ts'

type KeyPair = ReturnType<typeof generateKeyPair>

/** A project as its creator's phone makes it. */
export interface TestProject {
  readonly keyPair: KeyPair
  readonly details: JoinDetails
}

export function makeProject(name = 'Forest'): TestProject {
  const keyPair = generateKeyPair()
  return {
    keyPair,
    details: {
      projectKey: keyPair.publicKey,
      encryptionKeys: perNamespace(() => randomBytes(32)),
      name,
      color: null,
      description: null,
      joinedAt: Date.parse('2026-05-01T12:00:00Z')
    }
  }
}

const START = Date.parse('2026-05-01T00:00:00Z')

/** What a phone writes into one project, in cores of its own, as the CoMapeo peer protocol has it. */
export class Device {
  readonly deviceId: DeviceId
  readonly identity: KeyPair
  readonly cores: Readonly<Record<Namespace, Hypercore>>
  readonly #coreKeyPairs: Readonly<Record<Namespace, KeyPair>>
  #written = 0

  private constructor(parts: {
    identity: KeyPair
    coreKeyPairs: Record<Namespace, KeyPair>
    cores: Record<Namespace, Hypercore>
  }) {
    this.identity = parts.identity
    this.deviceId = hexOf(parts.identity.publicKey) as DeviceId
    this.#coreKeyPairs = parts.coreKeyPairs
    this.cores = parts.cores
  }

  /** The device that made the project: its auth core has the key of the project. */
  static async openCreator(t: DeviceOwner, project: TestProject): Promise<Device> {
    return Device.#open(t, project, project.keyPair)
  }

  static async open(t: DeviceOwner, project: TestProject): Promise<Device> {
    return Device.#open(t, project, null)
  }

  static async #open(
    t: DeviceOwner,
    { details, keyPair }: TestProject,
    authKeyPair: KeyPair | null
  ): Promise<Device> {
    const keys = new KeyManager(randomBytes(16))
    const coreKeyPairs = perNamespace((ns) => keys.getHypercoreKeypair(ns, keyPair.publicKey))
    if (authKeyPair !== null) coreKeyPairs.auth = authKeyPair
    const store = await openStore(t, join(t.testdirName, `device-${randomBytes(4).toString('hex')}`))
    const cores = perNamespace(
      (ns) =>
        new Hypercore(store.cores, coreKeyPairs[ns].publicKey, {
          compat: true,
          keyPair: coreKeyPairs[ns],
          encryption: { key: details.encryptionKeys[ns] }
        })
    )
    for (const core of Object.values(cores)) await core.ready()
    t.teardown(async () => {
      for (const core of Object.values(cores)) await core.close()
    })
    return new Device({ identity: keys.getIdentityKeypair(), coreKeyPairs, cores })
  }

  keyOf(namespace: Namespace): CoreKey {
    return hexOf(this.cores[namespace].key) as CoreKey
  }

  /** The block that says which cores are this device's. */
  ownership(): Buffer {
    const { auth, config, data, blobIndex, blob } = this.#coreKeyPairs
    return encodeDocument({
      schemaName: 'coreOwnership',
      docId: this.deviceId,
      ...this.#dates(),
      deleted: false,
      links: [],
      authCoreId: hexOf(auth.publicKey),
      configCoreId: hexOf(config.publicKey),
      dataCoreId: hexOf(data.publicKey),
      blobIndexCoreId: hexOf(blobIndex.publicKey),
      blobCoreId: hexOf(blob.publicKey),
      coreSignatures: perNamespace((ns) => selfSigned(this.#coreKeyPairs[ns])),
      identitySignature: selfSigned(this.identity)
    })
  }

  /** @param replaced the version that it replaces */
  role(
    subject: DeviceId,
    role: Role,
    fromIndex = 0,
    replaced?: { versionId: string; originalVersionId: string }
  ): Buffer {
    const content = {
      schemaName: 'role' as const,
      docId: subject,
      ...this.#dates(),
      deleted: false,
      roleId: ROLE_IDS[role],
      fromIndex
    }
    if (replaced === undefined) return encodeDocument({ ...content, links: [] })
    const { versionId, originalVersionId } = replaced
    return encodeDocument({ ...content, links: [versionId], originalVersionId })
  }

  deviceInfo(name: string): Buffer {
    return encodeDocument({
      schemaName: 'deviceInfo',
      docId: this.deviceId,
      ...this.#dates(),
      deleted: false,
      links: [],
      name,
      deviceType: 'mobile'
    })
  }

  async writeOwnership(): Promise<void> {
    await this.cores.auth.append(this.ownership())
  }

  async writeRole(subject: DeviceId, role: Role, fromIndex = 0): Promise<void> {
    await this.cores.auth.append(this.role(subject, role, fromIndex))
  }

  /** The same core in another store, empty: what a device has that was restored from an old copy. */
  async openTwin(t: DeviceOwner, namespace: Namespace): Promise<Hypercore> {
    const store = await openStore(t, join(t.testdirName, `twin-${randomBytes(4).toString('hex')}`))
    const keyPair = this.#coreKeyPairs[namespace]
    const twin = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
    await twin.ready()
    t.teardown(() => twin.close())
    return twin
  }

  /** Each document is later than the one before. */
  #dates(): { createdAt: string; updatedAt: string } {
    const at = new Date(START + this.#written++ * 1000).toISOString()
    return { createdAt: at, updatedAt: at }
  }
}

export function hexOf(bytes: Buffer): string {
  return bytes.toString('hex')
}

function selfSigned({ publicKey, secretKey }: KeyPair): Buffer {
  return sign(publicKey, secretKey)
}

function perNamespace<T>(of: (namespace: Namespace) => T): Record<Namespace, T> {
  return Object.fromEntries(NAMESPACES.map((ns) => [ns, of(ns)])) as Record<Namespace, T>
}
