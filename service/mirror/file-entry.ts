import { isFileType, type FileType, type Variant, VARIANTS } from './file-records.ts'

/** Where the bytes of one variant of a file lie. */
export interface FileLocation {
  readonly blockOffset: number
  readonly blockLength: number
  readonly byteLength: number
  /** As the owner wrote it: not to be trusted. */
  readonly mimeType: string | null
}

export interface FilePath {
  readonly type: FileType
  readonly variant: Variant
  /** Any text without a slash: never use it as a path. */
  readonly name: string
}

/** Blocks of one file: 4 GiB in blocks of 64 KiB. */
const MAX_FILE_BLOCKS = 65_536
/** Phones write 16 characters of hex. */
const MAX_NAME_CHARACTERS = 256
/** Longest entry that is read. Phones write some 200 bytes. */
const MAX_ENTRY_BYTES = 16 * 1024
/** RFC 6838 section 4.2: two names of at most 127 characters and a slash. */
const MAX_MIME_TYPE_CHARACTERS = 255

const FILES = 'files\0'
const PATH = /^\/([a-z]+)\/([a-z]+)\/([^/]+)$/

export function fileKeyOf({ type, variant, name }: FilePath): Buffer {
  return Buffer.from(`${FILES}/${type}/${variant}/${name}`)
}

/**
 * Reads the key of an entry of a blobIndex core. CoMapeo peer protocol: files lie in the sub-tree `files` under
 * `/<type>/<variant>/<name>`.
 * @returns null for what is no file that an observation can refer to
 */
export function parseFilePath(key: Buffer): FilePath | null {
  if (key.length > FILES.length + MAX_NAME_CHARACTERS * 4) return null
  const text = key.toString()
  if (!text.startsWith(FILES)) return null
  const [, type, variant, name] = PATH.exec(text.slice(FILES.length)) ?? []
  if (type === undefined || name === undefined || name.length > MAX_NAME_CHARACTERS) return null
  const known = VARIANTS.find((one) => one === variant)
  return known !== undefined && isFileType(type) ? { type, variant: known, name } : null
}

/** @returns null when the value does not say where the bytes lie, or says something impossible */
export function parseFileLocation(value: Buffer): FileLocation | null {
  if (value.length > MAX_ENTRY_BYTES) return null
  const { blob, metadata } = fieldsOf(parseJson(value))
  const { blockOffset, blockLength, byteLength } = fieldsOf(blob)
  if (!isCount(blockOffset) || !isCount(blockLength) || !isCount(byteLength)) return null
  if (blockLength > MAX_FILE_BLOCKS || blockOffset + blockLength >= 2 ** 32) return null
  if (byteLength > 0 !== blockLength > 0) return null
  const { mimeType } = fieldsOf(metadata)
  const isMimeType = typeof mimeType === 'string' && mimeType.length <= MAX_MIME_TYPE_CHARACTERS
  return { blockOffset, blockLength, byteLength, mimeType: isMimeType ? mimeType : null }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
