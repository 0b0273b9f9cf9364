import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sodium from 'sodium-native'
import Type from 'typebox'
import Value from 'typebox/value'
import { WaystationError } from '../errors.ts'
import { Resource } from '../resource.ts'
import { isMissing, makeDirectory, UNFINISHED_SUFFIX } from '../storage/durable-file.ts'
import { isCopy, TwinFile } from '../storage/twin-file.ts'
import { generateBoxKeyPair, openWith, sealTo, type BoxKeyPair } from './box-key-pair.ts'
import { PASSPHRASE_COST, unwrap, wrap, type Cost, type Wrapped } from './passphrase-key.ts'
import { SecretFile, type Sealer } from './secret-file.ts'

// On disk for ever. docs/sealing.md tells what each file means.
const SEAL_FILE = 'seal'
const OPEN_FILE = 'seal-open'
const SECRETS = 'secret'

const Hex = Type.String({ pattern: '^([0-9a-f]{2})+$' })
const SealSchema = Type.Object({
  version: Type.Literal(1),
  publicKey: Hex,
  wrapped: Type.Object({
    opsLimit: Type.Integer(),
    memLimit: Type.Integer(),
    salt: Hex,
    nonce: Hex,
    ciphertext: Hex
  })
})
const OpenSchema = Type.Object({ version: Type.Literal(1), publicKey: Hex, secretKey: Hex })

/** `sealed`: the secret half of the key lies on the card under the passphrase alone. `open`: it lies there as it is. */
export type SealMode = 'open' | 'sealed'

/**
 * The one key that all secrets of this hub are sealed to. Its public half is always at hand, so that a locked hub can
 * take new secrets in; its secret half is there while the hub is open or unlocked. In memory it is overwritten when the hub
 * is locked; copies that the JavaScript engine made are beyond reach.
 *
 * Turning an open hub into a sealed one makes a new key, because the old one lay on the card: between `beginSealing` and
 * `finishSealing` both are known, and after a cut in between the hub is locked and the next unlock goes on.
 */
export class KeyRing extends Resource implements Sealer {
  readonly #directory: string
  readonly #cost: Cost
  readonly #sealFile: TwinFile
  readonly #openFile: TwinFile
  #pair: BoxKeyPair = { publicKey: Buffer.alloc(0), secretKey: null }
  /** The key that lay on the card openly, while its secrets move to the new one. */
  #former: BoxKeyPair | null = null
  #wrapped: Wrapped | null = null
  #mode: SealMode = 'open'

  /** @param parts.directory of the hub's keys */
  constructor(parts: { directory: string; cost?: Cost }) {
    super()
    this.#directory = parts.directory
    this.#cost = parts.cost ?? PASSPHRASE_COST
    this.#sealFile = new TwinFile(join(parts.directory, SEAL_FILE))
    this.#openFile = new TwinFile(join(parts.directory, OPEN_FILE))
  }

  get mode(): SealMode {
    return this.#mode
  }

  get isLocked(): boolean {
    return this.#pair.secretKey === null
  }

  get hasPassphrase(): boolean {
    return this.#wrapped !== null
  }

  /** Whether secrets are still to be moved away from a key that lay on the card. */
  get isSealing(): boolean {
    return this.#former !== null
  }

  /** Names the key of now: what was made under another one is to be made anew. */
  get keyId(): string {
    return this.#pair.publicKey.toString('hex')
  }

  /** @param name a path below the directory of secrets; must never change */
  secret(name: string): SecretFile {
    return new SecretFile({ name, path: join(this.#directory, SECRETS, name), sealer: this })
  }

  seal(bytes: Buffer): Buffer {
    return sealTo(this.#pair, bytes)
  }

  open(sealed: Buffer): Buffer | null {
    return openWith(this.#pair, sealed) ?? (this.#former && openWith(this.#former, sealed))
  }

  /**
   * Compares a passphrase with the one that was set, and unlocks a locked hub with it. One try costs the time and the
   * memory of `PASSPHRASE_COST`.
   */
  async unlock(passphrase: string): Promise<boolean> {
    if (this.#wrapped === null) return false
    const secretKey = await unwrap(this.#wrapped, passphrase)
    if (secretKey === null) return false
    if (this.isLocked) this.#pair = { publicKey: this.#pair.publicKey, secretKey }
    return true
  }

  /** Forgets the secret half. Does nothing while the hub is open. */
  lock(): void {
    if (this.#mode === 'open') return
    if (this.#pair.secretKey !== null) sodium.sodium_memzero(this.#pair.secretKey)
    this.#pair = { publicKey: this.#pair.publicKey, secretKey: null }
  }

  /** Sets the passphrase, or another one. The key and what is sealed to it stay the same. Not while locked. */
  async setPassphrase(passphrase: string): Promise<void> {
    await this.#write(this.#pair, passphrase)
  }

  /** Makes a new key that the passphrase alone opens, and seals every secret to it. For an open hub. */
  async beginSealing(passphrase: string): Promise<void> {
    if (this.#mode !== 'open') throw new Error('The hub is sealed already')
    const former = this.#pair
    const pair = generateBoxKeyPair()
    await this.#write(pair, passphrase)
    this.#former = former
    this.#pair = pair
    this.#mode = 'sealed'
    await this.resealAll()
  }

  /** Seals again what is still sealed to the former key. */
  async resealAll(): Promise<void> {
    const directory = join(this.#directory, SECRETS)
    for (const name of await filesBelow(directory)) {
      const file = new TwinFile(join(directory, name))
      const sealed = await file.read()
      if (sealed === null || openWith(this.#pair, sealed) !== null) continue
      const bytes = this.#former && openWith(this.#former, sealed)
      if (bytes === null)
        throw new WaystationError('FILE_DAMAGED', `The secret ${name} cannot be sealed anew`)
      await file.write(this.seal(bytes))
    }
  }

  /** @param names of secrets, or of directories of them; works on a locked hub too */
  async eraseSecrets(names: readonly string[]): Promise<void> {
    for (const path of await filesBelow(join(this.#directory, SECRETS))) {
      if (names.some((name) => path === name || path.startsWith(`${name}/`))) await this.secret(path).erase()
    }
  }

  /** Erases the former key. What is still sealed to it is lost. */
  async finishSealing(): Promise<void> {
    await this.#openFile.erase()
    this.#former = null
  }

  /** Lays the key on the card as it is: from then on the hub is open at every start. Not while locked. */
  async unseal(): Promise<void> {
    if (this.#former !== null) throw new Error('Sealing is not finished')
    const { publicKey, secretKey } = this.#pair
    if (secretKey === null) throw new WaystationError('HUB_LOCKED')
    await this.#writeOpen({ publicKey, secretKey })
    this.#mode = 'open'
  }

  protected override async _open(): Promise<void> {
    await makeDirectory(this.#directory)
    const seal = parse(SealSchema, await this.#sealFile.read(), SEAL_FILE)
    const lying = parse(OpenSchema, await this.#openFile.read(), OPEN_FILE)
    const lyingPair = lying && { publicKey: bytesOf(lying.publicKey), secretKey: bytesOf(lying.secretKey) }
    if (seal === null) {
      this.#pair = lyingPair ?? (await this.#makeFirst())
      return
    }
    this.#wrapped = seal.wrapped
    if (lyingPair !== null && lying?.publicKey === seal.publicKey) {
      this.#pair = lyingPair
      return
    }
    this.#mode = 'sealed'
    this.#pair = { publicKey: bytesOf(seal.publicKey), secretKey: null }
    this.#former = lyingPair
  }

  protected override async _close(): Promise<void> {
    this.lock()
  }

  async #makeFirst(): Promise<BoxKeyPair> {
    // Without its key nothing that was sealed can be read, and a new key would hide that.
    if ((await filesBelow(join(this.#directory, SECRETS))).length > 0) {
      throw new WaystationError(
        'FILE_DAMAGED',
        `${join(this.#directory, SEAL_FILE)} is gone: put it back from a backup`
      )
    }
    const pair = generateBoxKeyPair()
    await this.#writeOpen(pair)
    return pair
  }

  async #writeOpen({ publicKey, secretKey }: BoxKeyPair & { secretKey: Buffer }): Promise<void> {
    const lying: Type.Static<typeof OpenSchema> = {
      version: 1,
      publicKey: publicKey.toString('hex'),
      secretKey: secretKey.toString('hex')
    }
    await this.#openFile.write(Buffer.from(JSON.stringify(lying)))
  }

  async #write({ publicKey, secretKey }: BoxKeyPair, passphrase: string): Promise<void> {
    if (secretKey === null) throw new WaystationError('HUB_LOCKED')
    const wrapped = await wrap(secretKey, passphrase, this.#cost)
    const seal: Type.Static<typeof SealSchema> = { version: 1, publicKey: publicKey.toString('hex'), wrapped }
    await this.#sealFile.write(Buffer.from(JSON.stringify(seal)))
    this.#wrapped = wrapped
  }
}

function parse<T extends Type.TSchema>(schema: T, bytes: Buffer | null, name: string): Type.Static<T> | null {
  if (bytes === null) return null
  try {
    return Value.Parse(schema, JSON.parse(bytes.toString()))
  } catch (cause) {
    throw new WaystationError('FILE_DAMAGED', `${name} does not hold the key of this hub`, { cause })
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

/** @returns paths relative to `directory`, without second copies and what a cut left half written */
async function filesBelow(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() && !isCopy(entry.name) && !entry.name.endsWith(UNFINISHED_SUFFIX))
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
