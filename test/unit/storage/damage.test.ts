import { readFile } from 'node:fs/promises'
import t from 'tap'
import { isDamage, isFull, isReadOnly } from '../../../service/storage/damage.ts'

// As RocksDB said them of files that were flipped, cut short, emptied and removed.
const DAMAGED = [
  'block checksum mismatch: stored(context removed) = 19, computed = 77, type = 4  in cores/db/000009.sst offset 48153 size 8028',
  'Sst file size mismatch between expected 102919 and file system 0 sstable: cores/db/000009.sst',
  'Corruption: IO error: No such file or directory: While open a file for random read: cores/db/000009.sst: No such file or directory',
  'Blob CRC mismatch',
  'Malformed blob file',
  'Error while decoding blob log header: Magic number mismatch',
  'while stat a file for size: cores/db/000010.blob: No such file or directory',
  'CURRENT file corrupted',
  'CURRENT file does not end with newline',
  'While creating a new Db, wal_dir contains existing log file: : 000015.log',
  'no log_file_number, next_file_number, last_sequence entry in MANIFEST',
  'While opening a file for sequentially reading: cores/db/MANIFEST-000016: No such file or directory'
]

// As the kernel says them through RocksDB of a card that is well filled, write-protected, dying, or in use.
const NOT_DAMAGED = [
  'While appending to file: cores/db/000009.blob: No space left on device',
  'While open a file for appending: cores/db/000017.sst: Read-only file system',
  'While pread offset 0 len 4096: cores/db/000009.sst: Input/output error',
  'While opening a file for sequentially reading: cores/db/MANIFEST-000016: Permission denied',
  'lock hold by current process, acquire time 1795518356: cores/db/LOCK: No locks available',
  'Something that nobody has seen yet'
]

t.test('knows damaged files by what RocksDB says', (t) => {
  for (const text of DAMAGED) {
    t.ok(isDamage(new Error(text)), text)
    t.ok(isDamage(new Error('cannot be opened', { cause: new Error(text) })))
  }
  t.end()
})

t.test('does not take a card that is full, gone or read-only for damage', (t) => {
  for (const text of NOT_DAMAGED) t.notOk(isDamage(new Error(text)), text)
  t.notOk(isDamage('corrupted'))
  t.end()
})

t.test('does not take a file that Node misses for one of the database', async (t) => {
  const cause = await readFile('/nowhere/network-request.json').catch((error: unknown) => error)
  t.match(cause, { code: 'ENOENT' })
  t.notOk(isDamage(cause))
  t.notOk(isDamage(new Error('The hub does not start', { cause })))
})

t.test('knows a full card', (t) => {
  t.same(NOT_DAMAGED.filter((text) => isFull(new Error(text))).length, 1)
  t.end()
})

t.test('knows a file system that can only be read, by the words of the kernel and of Node', (t) => {
  t.ok(isReadOnly(new Error('While open a file for appending: cores/db/000017.sst: Read-only file system')))
  const cause = new Error("EROFS: read-only file system, open '/data/lock'")
  t.ok(isReadOnly(new Error('The hub does not start', { cause })))
  t.notOk(isReadOnly(new Error('While pread offset 0 len 4096: cores/db/000009.sst: Input/output error')))
  t.end()
})
