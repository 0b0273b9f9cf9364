import { statfs } from 'node:fs/promises'
import t from 'tap'
import {
  diskState,
  fullBelowBytes,
  readDiskSpace,
  type DiskState
} from '../../../service/system/disk-space.ts'

const MEBIBYTE = 1024 * 1024

t.test('tells bytes of the file system that holds the path', async (t) => {
  const directory = t.testdir()
  const space = await readDiskSpace(directory)
  const { blocks, bsize } = await statfs(directory)
  t.equal(space.totalBytes, blocks * bsize)
  t.ok(space.freeBytes > 0 && space.freeBytes <= space.totalBytes)
  t.equal(space.state, diskState(space))
})

t.test('is low before originals stop, and full while there is still room to recover', (t) => {
  const stateOf = (mebibytes: number, less = 0) =>
    diskState({ freeBytes: mebibytes * MEBIBYTE - less, totalBytes: 32_000 * MEBIBYTE })
  t.equal(stateOf(32_000), 'ok')
  t.equal(stateOf(1280), 'ok')
  t.equal(stateOf(1280, 1), 'low')
  t.equal(stateOf(512), 'low')
  t.equal(stateOf(512, 1), 'no-originals')
  t.equal(stateOf(256), 'no-originals')
  t.equal(stateOf(256, 1), 'full')
  t.equal(stateOf(0), 'full')
  t.end()
})

t.test('a small card has smaller marks, and is not full when it is empty', (t) => {
  const stateOf = (mebibytes: number) =>
    diskState({ freeBytes: mebibytes * MEBIBYTE, totalBytes: 100 * MEBIBYTE })
  t.same([99, 39, 29, 19].map(stateOf), ['ok', 'low', 'no-originals', 'full'])
  t.equal(fullBelowBytes(100 * MEBIBYTE), 20 * MEBIBYTE)
  t.end()
})

t.test('a state ends a tenth above where it began', (t) => {
  const stateOf = (mebibytes: number, before: DiskState) =>
    diskState({ freeBytes: mebibytes * MEBIBYTE, totalBytes: 32_000 * MEBIBYTE }, before)
  t.equal(stateOf(281, 'full'), 'full')
  t.equal(stateOf(282, 'full'), 'no-originals')
  t.equal(stateOf(563, 'no-originals'), 'no-originals')
  t.equal(stateOf(564, 'no-originals'), 'low')
  t.equal(stateOf(1407, 'low'), 'low')
  t.equal(stateOf(1408, 'low'), 'ok')
  t.equal(stateOf(1300, 'full'), 'low')
  t.end()
})
