import { randomBytes } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing, syncDirectory, writeDurably } from './durable-file.ts'

// What a file system that writes in place (ext4, FAT) gives back afterwards is noise. A flash card may keep the old pages
// out of its reach until it needs them; no program can reach those.

/** Overwrites a small file and removes it. When it resolves, both are on the card. One that is not there is gone already. */
export async function eraseFile(path: string): Promise<void> {
  const file = await openIfPresent(path)
  if (file === null) return
  await overwriteAndClose(file)
  await unlink(path)
  await syncDirectory(dirname(path))
}

/** Replaces a small file durably, as `writeDurably` does, and overwrites the bytes that it had before. */
export async function replaceErasing(path: string, bytes: Uint8Array): Promise<void> {
  // The open file keeps the old bytes reachable after the new ones took its name.
  const old = await openIfPresent(path)
  try {
    await writeDurably(path, bytes)
  } catch (error) {
    await old?.close()
    throw error
  }
  if (old !== null) await overwriteAndClose(old)
}

async function openIfPresent(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function overwriteAndClose(file: FileHandle): Promise<void> {
  try {
    const { size } = await file.stat()
    await file.write(randomBytes(size), 0, size, 0)
    await file.datasync()
  } finally {
    await file.close()
  }
}
