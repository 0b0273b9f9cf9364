import { KeyManager } from '@mapeo/crypto'
import { join } from 'node:path'
import type { Logger } from 'pino'
import sodium from 'sodium-native'
import { WaystationError } from '../errors.ts'
import type { DeviceId, Namespace } from '../ids.ts'
import { shortId } from '../ids.ts'
import { Resource } from '../resource.ts'
import { TwinFile } from '../storage/twin-file.ts'
import { eraseRootKey, hasRootKey, identityDamaged, loadRootKey } from './root-key.ts'

export interface KeyPair {
  /** Ed25519, 32 bytes. */
  publicKey: Buffer
  /** Ed25519, 64 bytes. */
  secretKey: Buffer
}

/**
 * Keeps the keys of the hub itself apart from all that CoMapeo derives from the same keys.
 * Must never change: sealed files could not be opened again.
 */
const SECRET_PREFIX = 'waystation/'

const IDENTITY_FILE = 'identity'

/** Of the key ring: where the root key goes when the hub is sealed. */
interface RootKeySecret {
  read(): Promise<unknown>
  write(value: string): Promise<void>
}

/**
 * Who this hub is: one root key, made at the first start and kept for ever, and all that follows from it. The key pair of
 * the handshake is ready after every power-on. The root key itself, from which the hub's own cores follow, lies on the card
 * as it is only until the hub is sealed for the first time; then it must be given by `unlock`.
 */
export class DeviceIdentity extends Resource {
  readonly #keysDirectory: string
  readonly #coresDirectory: string
  readonly #logger: Logger
  #keyPair: KeyPair | null = null
  #rootKey: Buffer | null = null
  #keys: KeyManager | null = null

  /** @param parts.directory the data directory; the keys are in `keys/` below it */
  constructor(parts: { directory: string; logger: Logger }) {
    super()
    this.#keysDirectory = join(parts.directory, 'keys')
    this.#coresDirectory = join(parts.directory, 'cores')
    this.#logger = parts.logger
  }

  /**
   * Takes about a tenth of a second of CPU on a laptop (argon2id, 64 MiB) while the root key is at hand.
   *
   * @throws IDENTITY_DAMAGED when the keys cannot be read; the message says what to do
   */
  protected override async _open(): Promise<void> {
    const file = new TwinFile(join(this.#keysDirectory, IDENTITY_FILE))
    const stored = await readIdentity(file, this.#keysDirectory)
    if (stored !== null && !(await hasRootKey(this.#keysDirectory))) {
      // The root key is sealed.
      this.#keyPair = stored
      return
    }
    const { rootKey, origin } = await loadRootKey(this.#keysDirectory, this.#coresDirectory)
    this.#use(rootKey)
    if (stored?.secretKey.equals(this.keyPair.secretKey) !== true) await file.write(this.keyPair.secretKey)
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
    if (this.#keyPair === null) throw new Error('The identity is not open')
    return this.#keyPair
  }

  /** Whether the root key is at hand. */
  get isLocked(): boolean {
    return this.#keys === null
  }

  /**
   * CoMapeo peer protocol: the key pair of the core that this device writes in one namespace of one project.
   *
   * @param projectKey 32 bytes: the public key of the project's creator core
   * @throws HUB_LOCKED
   */
  coreKeyPair(namespace: Namespace, projectKey: Buffer): KeyPair {
    return this.#unlocked.getHypercoreKeypair(namespace, projectKey)
  }

  /**
   * A secret for what must be readable after power-on with nobody there: as safe as the key pair that it follows from.
   *
   * @param name of the purpose; must never change, like what is sealed with the secret
   * @returns 32 bytes, the same at every start
   */
  readySecretFor(name: string): Buffer {
    const secret = Buffer.alloc(sodium.crypto_generichash_BYTES)
    sodium.crypto_generichash(secret, Buffer.from(SECRET_PREFIX + name), this.keyPair.secretKey)
    return secret
  }

  /**
   * What files of versions before 0.2 were sealed with.
   * @throws HUB_LOCKED
   */
  formerSecretFor(name: string): Buffer {
    return this.#unlocked.getDerivedKey(SECRET_PREFIX + name)
  }

  /** Puts the root key into the key ring, and erases it where it lay. Does nothing when that was done before. */
  async seal(secret: RootKeySecret): Promise<void> {
    if (!(await hasRootKey(this.#keysDirectory))) return
    if (this.#rootKey === null) throw new WaystationError('HUB_LOCKED')
    await secret.write(this.#rootKey.toString('hex'))
    await eraseRootKey(this.#keysDirectory)
  }

  /** Takes the root key from the key ring, where the hub has been sealed before. */
  async unlock(secret: RootKeySecret): Promise<void> {
    if (!this.isLocked) return
    const rootKey = await secret.read()
    if (typeof rootKey !== 'string') throw identityDamaged(this.#keysDirectory, 'is gone')
    this.#use(Buffer.from(rootKey, 'hex'))
  }

  /** Forgets the root key, unless it lies on the card as it is. */
  async lock(): Promise<void> {
    if (await hasRootKey(this.#keysDirectory)) return
    if (this.#rootKey !== null) sodium.sodium_memzero(this.#rootKey)
    this.#rootKey = null
    this.#keys = null
  }

  #use(rootKey: Buffer): void {
    this.#rootKey = rootKey
    this.#keys = new KeyManager(rootKey)
    this.#keyPair = this.#keys.getIdentityKeypair()
  }

  get #unlocked(): KeyManager {
    if (this.#keys === null) throw new WaystationError('HUB_LOCKED')
    return this.#keys
  }
}

/** @returns null when it is not there, or damaged while the root key can make it again */
async function readIdentity(file: TwinFile, keysDirectory: string): Promise<KeyPair | null> {
  const secretKey = await file.read().catch(async (error: unknown) => {
    const isDamaged = error instanceof WaystationError && error.code === 'FILE_DAMAGED'
    if (isDamaged && (await hasRootKey(keysDirectory))) return null
    throw isDamaged ? identityDamaged(keysDirectory, 'cannot be read', IDENTITY_FILE) : error
  })
  if (secretKey === null) return null
  return { publicKey: secretKey.subarray(sodium.crypto_sign_PUBLICKEYBYTES), secretKey }
}
