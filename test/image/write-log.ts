import { open, type FileHandle } from 'node:fs/promises'
import type { Random } from '../support/random.ts'

// The format of Linux' dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst), which QEMU's blklogwrites writes:
// one sector of superblock, then for each entry one sector that describes it and the sectors that were written.
const SECTOR = 512
const MAGIC = 0x6a736677736872n
const FLAG_FLUSH = 1n
const FLAG_DISCARD = 4n

interface Write {
  /** Byte offsets, in the disk and in the log. */
  at: number
  loggedAt: number
  length: number
}

interface WriteLog {
  /** Written before the last flush was answered: on the disk whatever happens. */
  flushed: Write[]
  /** Written since: a disk may have kept any of them. */
  unflushed: Write[]
}

/** What a disk saw, in its order. The log may be that of a machine that was killed: the superblock counts whole entries. */
async function readWriteLog(log: FileHandle): Promise<WriteLog> {
  const head = await bytesAt(log, 0, SECTOR)
  if (head.every((byte) => byte === 0)) return { flushed: [], unflushed: [] } // begun with the first write, which never came
  if (head.readBigUInt64LE(0) !== MAGIC) throw new Error('this is no log of writes')
  const entries = Number(head.readBigUInt64LE(16))
  const flushed: Write[] = []
  let unflushed: Write[] = []
  let position = SECTOR
  for (let entry = 0; entry < entries; entry++) {
    const description = await bytesAt(log, position, SECTOR)
    const flags = description.readBigUInt64LE(16)
    const length = Number(description.readBigUInt64LE(8)) * SECTOR
    position += SECTOR
    // A flush covers what was written before it, not what comes with it.
    if (flags & FLAG_FLUSH) {
      flushed.push(...unflushed)
      unflushed = []
    }
    if (flags & FLAG_DISCARD) continue
    if (length === 0 && !(flags & FLAG_FLUSH)) throw new Error(`entry ${entry} of the log of writes is none`)
    if (length > 0) {
      unflushed.push({ at: Number(description.readBigUInt64LE(0)) * SECTOR, loggedAt: position, length })
    }
    position += length
  }
  return { flushed, unflushed }
}

/** How many writes a disk kept and lost when the power went. */
export interface Cut {
  flushed: number
  kept: number
  lost: number
}

/**
 * Brings a disk to what it holds after a power cut: everything that was flushed, and of the writes since then some. Which
 * ones, chance decides: a disk writes its cache back in the order that suits it.
 */
export async function cutPower(disk: string, log: string, random: Random): Promise<Cut> {
  const [from, to] = await Promise.all([open(log, 'r'), open(disk, 'r+')])
  try {
    const { flushed, unflushed } = await readWriteLog(from)
    const percent = random.below(101)
    const kept = unflushed.filter(() => random.below(100) < percent)
    for (const { at, loggedAt, length } of [...flushed, ...kept]) {
      await to.write(await bytesAt(from, loggedAt, length), 0, length, at)
    }
    return { flushed: flushed.length, kept: kept.length, lost: unflushed.length - kept.length }
  } finally {
    await Promise.all([from.close(), to.close()])
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  if (bytesRead < length) throw new Error(`the log of writes ends at ${position + bytesRead}`)
  return bytes
}
