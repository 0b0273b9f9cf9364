import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @returns the files below a directory, at any depth, that contain these bytes */
export async function filesWith(directory: string, bytes: Buffer): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if ((await readFile(path)).includes(bytes)) found.push(path)
  }
  return found
}
