import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { newWishId, WishBox } from '../../../service/network/wish-box.ts'
import { ManualClock } from '../../support/manual-clock.ts'

interface Wish {
  id: string
  channel: number
  note?: string
}

function emptyBox(t: Test) {
  const directory = t.testdir()
  const requestFile = join(directory, 'request.json')
  const answerFile = join(directory, 'answer.json')
  const clock = new ManualClock()
  const service = { isAtWork: false }
  const box = new WishBox<Wish, { id: string }>({
    requestFile,
    answerFile,
    isAtWork: async () => service.isAtWork,
    clock
  })
  /** What waystation-network.service does before it begins. */
  const take = async () => {
    const wish = JSON.parse(await readFile(requestFile, 'utf8')) as Wish
    await rm(requestFile)
    return wish
  }
  const answerTo = ({ id }: Wish) => writeFile(answerFile, JSON.stringify({ id }))
  return { directory, requestFile, box, clock, service, take, answerTo }
}

t.test('a wish lies there whole, readable to nobody else', async (t) => {
  const { directory, box, take } = emptyBox(t)
  t.equal(box.placed, null)
  const wish = { id: newWishId(), channel: 6 }
  await box.place(wish)
  t.same(await readdir(directory), ['request.json'])
  t.same(await take(), wish)
  t.equal(box.placed, wish)
})

t.test('of two wishes at once the last one stays', async (t) => {
  const { directory, box, take } = emptyBox(t)
  // The first takes longer to write.
  const first = { id: newWishId(), channel: 1, note: 'x'.repeat(10_000_000) }
  const last = { id: newWishId(), channel: 6 }
  await Promise.all([box.place(first), box.place(last)])
  t.same(await readdir(directory), ['request.json'])
  t.same(await take(), last)
})

t.test('a wish that comes while the service is at work lies there for it', async (t) => {
  const { requestFile, box, take, answerTo } = emptyBox(t)
  await box.place({ id: newWishId(), channel: 1 })
  const first = await take()
  await box.place({ id: newWishId(), channel: 6 })
  await answerTo(first)
  t.ok(existsSync(requestFile))
  t.equal(await box.answer(), null, 'the answer to the first is not taken for its own')
  const second = await take()
  await answerTo(second)
  t.same(await box.answer(), { id: second.id })
})

t.test('a wish that could not be placed is said, and the next one can', async (t) => {
  const { directory, requestFile, box, take } = emptyBox(t)
  await rm(directory, { recursive: true })
  await t.rejects(box.place({ id: newWishId(), channel: 1 }), { code: 'ENOENT' })
  t.testdir()
  await box.place({ id: newWishId(), channel: 6 })
  t.equal((await take()).channel, 6)
  t.notOk(existsSync(requestFile))
})

t.test('the service is late after a minute, unless it is at work', async (t) => {
  const { box, clock, service } = emptyBox(t)
  await box.place({ id: newWishId(), channel: 1 })
  clock.move(60_000)
  t.notOk(await box.isLate())
  clock.move(1)
  t.ok(await box.isLate())
  service.isAtWork = true
  t.notOk(await box.isLate(), 'a slow machine takes minutes')
  service.isAtWork = false
  await box.place({ id: newWishId(), channel: 6 })
  t.notOk(await box.isLate(), 'another wish has a minute of its own')
})
