import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readChecked, writeChecked } from '../../../service/storage/checked-file.ts'
import { makeDirectory, readIfPresent, writeDurably } from '../../../service/storage/durable-file.ts'

t.test('a file is replaced as a whole, for its own user alone, and nothing is left beside it', async (t) => {
  const directory = t.testdir({ file: 'old' })
  const path = join(directory, 'file')
  await writeDurably(path, 'new')
  t.equal(String(await readIfPresent(path)), 'new')
  t.equal((await stat(path)).mode & 0o777, 0o600)
  t.same(await readdir(directory), ['file'])
})

t.test('writes at the same time leave one of them whole', async (t) => {
  const directory = t.testdir()
  const path = join(directory, 'file')
  const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000))
  await Promise.all(contents.map((content) => writeDurably(path, content)))
  t.ok(contents.includes(await readFile(path, 'utf8')))
  t.same(await readdir(directory), ['file'])
})

t.test('a write that fails leaves the old file and nothing beside it', async (t) => {
  const directory = t.testdir({ kept: 'old' })
  // A directory that is not empty cannot be replaced by a file.
  await mkdir(join(directory, 'taken', 'inside'), { recursive: true })
  await t.rejects(writeDurably(join(directory, 'taken'), 'new'))
  t.same((await readdir(directory)).sort(), ['kept', 'taken'])
})

t.test('a file that is not there reads as null, and one that cannot be read is an error', async (t) => {
  const directory = t.testdir({ inside: {} })
  t.equal(await readIfPresent(join(directory, 'none')), null)
  t.equal(await readIfPresent(join(directory, 'none', 'none')), null)
  await t.rejects(readIfPresent(join(directory, 'inside')), { code: 'EISDIR' })
})

t.test('makes missing directories for the own user alone, and leaves those that are there', async (t) => {
  const directory = t.testdir()
  await makeDirectory(join(directory, 'a', 'b'))
  await makeDirectory(join(directory, 'a', 'b'))
  t.equal((await stat(join(directory, 'a'))).mode & 0o777, 0o700)
  t.equal((await stat(join(directory, 'a', 'b'))).mode & 0o777, 0o700)
})

t.test('a checked file that was changed or cut off is damage and not another value', async (t) => {
  const path = join(t.testdir(), 'file')
  t.equal(await readChecked(path), null)
  await writeChecked(path, Buffer.from('content'))
  t.equal(String(await readChecked(path)), 'content')
  const whole = await readFile(path)
  for (let index = 0; index < whole.byteLength; index++) {
    const changed = Buffer.from(whole)
    changed.writeUInt8(changed.readUInt8(index) ^ 0x80, index)
    await writeFile(path, changed)
    await t.rejects(readChecked(path), { code: 'FILE_DAMAGED' })
    await writeFile(path, whole.subarray(0, index))
    await t.rejects(readChecked(path), { code: 'FILE_DAMAGED' })
  }
})
