import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Reserve, RESERVE_BYTES } from '../../../service/storage/reserve.ts'

const BIG_CARD = 32_000_000_000

t.test('holds real room, gives it up once, and takes it again', async (t) => {
  const directory = t.testdir()
  const reserve = new Reserve(directory)
  t.equal(await reserve.giveUp(), false)
  await reserve.take(BIG_CARD)
  const { size, blocks } = await stat(join(directory, 'reserve'))
  t.equal(size, RESERVE_BYTES)
  t.ok(blocks * 512 >= RESERVE_BYTES, 'a file without holes')
  t.equal(await reserve.giveUp(), true)
  t.same(await readdir(directory), [])
  await reserve.take(BIG_CARD)
  t.same(await readdir(directory), ['reserve'])
})

t.test('takes an eighth of a small card at most', async (t) => {
  const directory = t.testdir()
  await new Reserve(directory).take(8_000_000)
  t.equal((await stat(join(directory, 'reserve'))).size, 1_000_000)
})
