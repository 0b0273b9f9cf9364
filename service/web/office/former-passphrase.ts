import { join } from 'node:path'
import sodium from 'sodium-native'
import Type from 'typebox'
import Value from 'typebox/value'
import { readIfPresent } from '../../storage/durable-file.ts'
import { eraseFile } from '../../storage/erase.ts'

const FILE = 'office.json'
const FileSchema = Type.Object({ version: Type.Literal(1), passphraseHash: Type.String() })

/**
 * The passphrase of a hub that was claimed with version 0.1, which kept a hash of it and sealed nothing. The first login
 * gives it to the lock of the hub. A damaged file does not load: an office that anybody could claim anew would be worse
 * than one that stays shut. Remove this when nobody has such a hub any more.
 */
export class FormerPassphrase {
  readonly #path: string
  #hash: string | null = null

  constructor(keysDirectory: string) {
    this.#path = join(keysDirectory, FILE)
  }

  async load(): Promise<void> {
    const bytes = await readIfPresent(this.#path)
    if (bytes !== null)
      this.#hash = Value.Parse(FileSchema, JSON.parse(bytes.toString('utf8'))).passphraseHash
  }

  get isSet(): boolean {
    return this.#hash !== null
  }

  async matches(passphrase: string): Promise<boolean> {
    if (this.#hash === null || passphrase === '') return false
    const padded = Buffer.alloc(sodium.crypto_pwhash_STRBYTES)
    padded.write(this.#hash, 'ascii')
    return sodium.crypto_pwhash_str_verify_async(padded, Buffer.from(passphrase.normalize('NFKC'), 'utf8'))
  }

  async forget(): Promise<void> {
    await eraseFile(this.#path)
    this.#hash = null
  }
}
