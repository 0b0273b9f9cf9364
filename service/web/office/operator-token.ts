import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { writeDurably } from '../../storage/durable-file.ts'

/** In the directory of the keys. Whoever may read this file may read everything else the hub keeps. */
export const OPERATOR_TOKEN_FILE = 'operator-token'

const TOKEN_BYTES = 32

/**
 * A secret in a file, new at each start, by which the user of the hub on the same machine is in the office without the
 * passphrase: the commands of the command line send it.
 */
export class OperatorToken {
  readonly #digest: Buffer

  private constructor(token: string) {
    this.#digest = sha256(token)
  }

  /** Makes a new token and writes it, readable by the hub's own user alone. */
  static async create(keysDirectory: string): Promise<OperatorToken> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    await writeDurably(join(keysDirectory, OPERATOR_TOKEN_FILE), `${token}\n`)
    return new OperatorToken(token)
  }

  matches(token: string): boolean {
    return timingSafeEqual(sha256(token), this.#digest)
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
