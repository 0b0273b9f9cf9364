import { statfs } from 'node:fs/promises'
import t from 'tap'
import { diskState, readDiskSpace } from '../../../service/system/disk-space.ts'

const MEBIBYTE = 1024 * 1024

t.test('tells bytes of the file system that holds the path', async (t) => {
  const directory = t.testdir()
  const space = await readDiskSpace(directory)
  const { blocks, bsize } = await statfs(directory)
  t.equal(space.totalBytes, blocks * bsize)
  t.ok(space.freeBytes > 0 && space.freeBytes <= space.totalBytes)
  t.equal(space.state, diskState(space.freeBytes))
})

t.test('is low before it is full, and full while there is still room to recover', (t) => {
  t.equal(diskState(100_000 * MEBIBYTE), 'ok')
  t.equal(diskState(1280 * MEBIBYTE), 'ok')
  t.equal(diskState(1280 * MEBIBYTE - 1), 'low')
  t.equal(diskState(256 * MEBIBYTE), 'low')
  t.equal(diskState(256 * MEBIBYTE - 1), 'full')
  t.equal(diskState(0), 'full')
  t.end()
})
