import { randomBytes } from 'node:crypto'
import { cp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { SealedFile } from '../../../service/identity/sealed-file.ts'

const key = randomBytes(32)
const keys = { auth: 'a1'.repeat(32), name: 'Río Verde' }

t.test('gives back what was written, and null before that', async (t) => {
  const file = new SealedFile({ path: join(t.testdir(), 'projects', 'p1'), key })
  t.equal(await file.read(), null)
  await file.write(keys)
  t.same(await file.read(), keys)
  await file.write({ ...keys, name: 'Rio' })
  t.same(await file.read(), { ...keys, name: 'Rio' })
})

t.test('shows nothing of the value, and is never the same bytes twice', async (t) => {
  const path = join(t.testdir(), 'p1')
  const file = new SealedFile({ path, key })
  await file.write(keys)
  const first = await readFile(path)
  await file.write(keys)
  t.notOk(first.includes(keys.auth) || first.includes(keys.name))
  t.notSame((await readFile(path)).subarray(1, 25), first.subarray(1, 25), 'a fresh nonce')
  t.equal((await stat(path)).mode & 0o777, 0o600)
})

t.test('a change of any byte is found', async (t) => {
  const path = join(t.testdir(), 'p1')
  const file = new SealedFile({ path, key })
  await file.write(keys)
  const whole = await readFile(path)
  for (let index = 0; index < whole.byteLength; index++) {
    const changed = Buffer.from(whole)
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
    await writeFile(path, changed)
    await t.rejects(file.read(), { code: 'FILE_DAMAGED' }, `byte ${index}`)
  }
  for (const length of [0, 1, 40, whole.byteLength - 1]) {
    await writeFile(path, whole.subarray(0, length))
    await t.rejects(file.read(), { code: 'FILE_DAMAGED' }, `cut off at ${length}`)
  }
})

t.test('does not open with another key or under another name', async (t) => {
  const directory = t.testdir()
  await new SealedFile({ path: join(directory, 'p1'), key }).write(keys)
  await cp(join(directory, 'p1'), join(directory, 'p2'))
  await t.rejects(new SealedFile({ path: join(directory, 'p1'), key: randomBytes(32) }).read(), {
    code: 'FILE_DAMAGED'
  })
  await t.rejects(new SealedFile({ path: join(directory, 'p2'), key }).read(), { code: 'FILE_DAMAGED' })
})

t.test('can be removed, also when it is not there', async (t) => {
  const file = new SealedFile({ path: join(t.testdir(), 'none', 'p1'), key })
  await file.remove()
  await file.write(keys)
  await file.remove()
  t.equal(await file.read(), null)
})
