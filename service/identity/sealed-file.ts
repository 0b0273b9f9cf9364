import { unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import sodium from 'sodium-native'
import { WaystationError } from '../errors.ts'
import {
  isMissing,
  makeDirectory,
  readIfPresent,
  syncDirectory,
  writeDurably
} from '../storage/durable-file.ts'

/** XChaCha20-Poly1305 under the key that the caller has. Another number is left for a key wrapped by a passphrase. */
const VERSION_DEVICE_KEY = 1

const VERSION_BYTES = 1
const NONCE_BYTES = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
const TAG_BYTES = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES

/**
 * A JSON value in a file that can be read, and changed unseen, only with its key. Layout: version, nonce (24 bytes),
 * ciphertext with tag. Version and file name are bound to the content: a sealed file put in the place of another one
 * does not open. Nothing stops an old version of the same file from being put back.
 */
export class SealedFile {
  readonly #path: string
  readonly #key: Buffer

  /** @param parts.key 32 bytes, of one purpose: `DeviceIdentity.secretFor` */
  constructor(parts: { path: string; key: Buffer }) {
    this.#path = parts.path
    this.#key = parts.key
  }

  /**
   * @returns the value that was written, or null when there is no such file
   * @throws FILE_DAMAGED when the file was not written under this name with this key
   */
  async read(): Promise<unknown> {
    const bytes = await readIfPresent(this.#path)
    if (bytes === null) return null
    const nonceEnd = VERSION_BYTES + NONCE_BYTES
    if (bytes.byteLength < nonceEnd + TAG_BYTES || bytes[0] !== VERSION_DEVICE_KEY) throw this.#damaged()
    const nonce = bytes.subarray(VERSION_BYTES, nonceEnd)
    const sealed = bytes.subarray(nonceEnd)
    const plain = Buffer.alloc(sealed.byteLength - TAG_BYTES)
    try {
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain,
        null,
        sealed,
        this.#associated(),
        nonce,
        this.#key
      )
    } catch (cause) {
      throw this.#damaged(cause)
    }
    const value: unknown = JSON.parse(plain.toString())
    return value
  }

  /** Durable when it resolves. Makes the directory when it is missing. */
  async write(value: unknown): Promise<void> {
    const plain = Buffer.from(JSON.stringify(value))
    const nonce = Buffer.alloc(NONCE_BYTES)
    sodium.randombytes_buf(nonce)
    const sealed = Buffer.alloc(plain.byteLength + TAG_BYTES)
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
      sealed,
      plain,
      this.#associated(),
      null,
      nonce,
      this.#key
    )
    await makeDirectory(dirname(this.#path))
    await writeDurably(this.#path, Buffer.concat([Buffer.of(VERSION_DEVICE_KEY), nonce, sealed]))
  }

  /** Durable when it resolves. Removing a file that is not there does nothing. */
  async remove(): Promise<void> {
    try {
      await unlink(this.#path)
    } catch (error) {
      if (isMissing(error)) return
      throw error
    }
    await syncDirectory(dirname(this.#path))
  }

  #associated(): Buffer {
    return Buffer.concat([Buffer.of(VERSION_DEVICE_KEY), Buffer.from(basename(this.#path))])
  }

  #damaged(cause?: unknown): WaystationError {
    return new WaystationError('FILE_DAMAGED', `${this.#path} cannot be opened with the key of this hub`, {
      cause
    })
  }
}
