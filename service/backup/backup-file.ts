import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import Type from 'typebox'
import Value from 'typebox/value'
import { WaystationError } from '../errors.ts'
import { unwrap, wrap, type Cost } from '../identity/passphrase-key.ts'

/** More than the keys of sixteen projects with a hundred members each. */
export const BACKUP_MAX_BYTES = 2 * 1024 * 1024
const CONTENTS_MAX_BYTES = 8 * 1024 * 1024

/** Who made the file chose what it costs to open: a stranger's must not take the memory of the hub. */
const OPS_MAX = 16
const MEMORY_MAX_BYTES = 256 * 1024 * 1024

/** At least what proves that nothing was changed: 16 bytes. */
const Hex = (maxLength: number) => Type.String({ pattern: '^([0-9a-f]{2})+$', minLength: 32, maxLength })

/** On people's phones and computers for ever: another form needs another version. */
const FileSchema = Type.Object({
  format: Type.Literal('waystation-backup'),
  version: Type.Literal(1),
  wrapped: Type.Object({
    opsLimit: Type.Integer({ minimum: 1, maximum: OPS_MAX }),
    memLimit: Type.Integer({ minimum: 8192, maximum: MEMORY_MAX_BYTES }),
    salt: Hex(64),
    nonce: Hex(64),
    ciphertext: Hex(2 * BACKUP_MAX_BYTES)
  })
})

/** Names below the data directory: nothing else, and nothing above it. */
const Path = '^(keys(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){1,4}|core-lengths|settings\\.json)$'

const ContentsSchema = Type.Object({
  /** Milliseconds since 1970, by the clock of the hub. */
  madeAt: Type.Number(),
  /** Bytes in base64, by their place below the data directory. */
  files: Type.Record(Type.String({ pattern: Path }), Type.String(), { additionalProperties: false })
})

/** What makes a hub itself: small files of its data directory. */
export type BackupContents = Type.Static<typeof ContentsSchema>

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** @returns a file that the passphrase alone opens: argon2id, XChaCha20-Poly1305 */
export async function sealBackup(contents: BackupContents, passphrase: string, cost?: Cost): Promise<Buffer> {
  const wrapped = await wrap(await compress(JSON.stringify(contents)), passphrase, cost)
  const file: Type.Static<typeof FileSchema> = { format: 'waystation-backup', version: 1, wrapped }
  return Buffer.from(JSON.stringify(file))
}

/**
 * @throws BACKUP_INVALID when these bytes are no backup that this version knows
 * @throws PASSPHRASE_WRONG also when the file was changed: nobody can tell the two apart
 */
export async function openBackup(bytes: Buffer, passphrase: string): Promise<BackupContents> {
  const { wrapped } = parse(FileSchema, bytes)
  const compressed = await unwrap(wrapped, passphrase)
  if (compressed === null) throw new WaystationError('PASSPHRASE_WRONG')
  return parse(ContentsSchema, await decompress(compressed, { maxOutputLength: CONTENTS_MAX_BYTES }))
}

function parse<T extends Type.TSchema>(schema: T, bytes: Buffer): Type.Static<T> {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (Value.Check(schema, value)) return value
  } catch {
    // Not even JSON.
  }
  throw new WaystationError('BACKUP_INVALID')
}
