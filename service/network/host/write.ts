import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HOST_DIRECTORY } from './request.ts'

/** The passphrase of a Wi-Fi is in most of them. */
const ROOT_ALONE = 0o600
export const EVERYBODY = 0o644

/** Whole or not at all: others read while this writes. @param path below the directory of the service, or absolute */
export async function write(path: string, text: string, mode = ROOT_ALONE): Promise<void> {
  const file = resolve(HOST_DIRECTORY, path)
  await rm(`${file}.new`, { force: true })
  await writeFile(`${file}.new`, text, { mode })
  await rename(`${file}.new`, file)
}
