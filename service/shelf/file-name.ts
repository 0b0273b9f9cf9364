import { WaystationError } from '../errors.ts'

/** File systems take 255 bytes; some are left for what downloads append. */
const NAME_MAX_BYTES = 200

// What no file system of a phone or a computer takes, and what browsers show as something else than it is.
const REFUSED_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu

/**
 * A name that is a file name everywhere: without folders, control characters, and what hides a file.
 * @param given as a browser sent it
 * @throws REQUEST_INVALID when nothing is left of it, or it is too long
 */
export function shelfName(given: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const name = last.replace(REFUSED_CHARACTERS, '_').trim().replace(/^\.+/, '').replace(/\.+$/, '')
  if (name === '') throw new WaystationError('REQUEST_INVALID', 'The file has no name')
  if (Buffer.byteLength(name) > NAME_MAX_BYTES) {
    throw new WaystationError(
      'REQUEST_INVALID',
      `The name of the file is longer than ${NAME_MAX_BYTES} bytes`
    )
  }
  return name
}

const OTHER = 'application/octet-stream'

/** What phones open by the type that the server says. Everything else is a file to them, as it should be. */
const TYPES: Readonly<Record<string, string>> = {
  apk: 'application/vnd.android.package-archive',
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  zip: 'application/zip',
  geojson: 'application/geo+json',
  txt: 'text/plain; charset=utf-8'
}

/** The media type of a file on the shelf, by the end of its name. Maps (`.smp`) and categories have no registered one. */
export function shelfType(name: string): string {
  return TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? OTHER
}
