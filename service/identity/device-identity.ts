import { KeyManager } from '@mapeo/crypto'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { DeviceId, Namespace } from '../ids.ts'
import { shortId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { loadRootKey } from './root-key.ts'

export interface KeyPair {
  /** Ed25519, 32 bytes. */
  publicKey: Buffer
  /** Ed25519, 64 bytes. */
  secretKey: Buffer
}

/**
 * Keeps the keys of the hub itself apart from all that CoMapeo derives from the same root key.
 * Must never change: sealed files could not be opened again.
 */
const SECRET_PREFIX = 'waystation/'

/** Who this hub is: one root key, made at the first start and kept for ever, and all that follows from it. */
export class DeviceIdentity extends Resource {
  readonly #directory: string
  readonly #logger: Logger
  #keys: KeyManager | null = null

  /** @param parts.directory the data directory; the root key is in `keys/` below it */
  constructor(parts: { directory: string; logger: Logger }) {
    super()
    this.#directory = parts.directory
    this.#logger = parts.logger
  }

  /**
   * Takes about a tenth of a second of CPU on a laptop (argon2id, 64 MiB).
   *
   * @throws IDENTITY_DAMAGED when the root key cannot be read; the message says what to do
   */
  protected override async _open(): Promise<void> {
    const { rootKey, origin } = await loadRootKey(
      join(this.#directory, 'keys'),
      join(this.#directory, 'cores')
    )
    this.#keys = new KeyManager(rootKey)
    const device = shortId(this.deviceId)
    if (origin === 'made') this.#logger.info({ device }, 'identity made')
    if (origin === 'repaired') this.#logger.warn({ device }, 'identity repaired from its other copy')
  }

  /** Hex of the public key that the hub proves to hold in every handshake. */
  get deviceId(): DeviceId {
    return this.keyPair.publicKey.toString('hex') as DeviceId
  }

  /** CoMapeo peer protocol: the static key of the Noise handshake. */
  get keyPair(): KeyPair {
    return this.#opened.getIdentityKeypair()
  }

  /**
   * CoMapeo peer protocol: the key pair of the core that this device writes in one namespace of one project.
   *
   * @param projectKey 32 bytes: the public key of the project's creator core
   */
  coreKeyPair(namespace: Namespace, projectKey: Buffer): KeyPair {
    return this.#opened.getHypercoreKeypair(namespace, projectKey)
  }

  /**
   * A secret of this hub for one purpose, the same at every start.
   *
   * @param name of the purpose; must never change, like what is sealed with the secret
   * @returns 32 bytes
   */
  secretFor(name: string): Buffer {
    return this.#opened.getDerivedKey(SECRET_PREFIX + name)
  }

  get #opened(): KeyManager {
    if (this.#keys === null) throw new Error('The identity is not open')
    return this.#keys
  }
}
