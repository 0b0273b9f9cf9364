import t from 'tap'
import { readablePart } from '../../../service/mirror/block-sizes.ts'
import { Project } from './project.ts'

const KIB = 1024

t.test('large blocks are read few at a time, small ones many', async (t) => {
  const project = await Project.open(t)
  const author = await project.author()
  for (const kib of [1, 1, 1, 1, 600, 600, 5_000, 1]) await author.append('data', Buffer.alloc(kib * KIB))
  const { core } = author.core('data')
  const part = async (start: number, end: number) =>
    (await readablePart(core, { start, end }, 1024 * KIB)).end
  t.equal(await part(0, 4), 4)
  t.equal(await part(0, 8), 4, 'those before the large ones')
  t.equal(await part(4, 8), 5)
  t.equal(await part(6, 8), 7, 'a block that is larger than all that may be read comes alone')
  t.equal(await part(7, 8), 8)
})

t.test('a core of any length is read in large parts', async (t) => {
  const project = await Project.open(t)
  const author = await project.author()
  const { core } = author.core('data')
  for (let length = 1; length <= 20; length++) {
    await author.append('data', Buffer.alloc(length))
    for (let start = 0; start < length; start++) {
      const part = await readablePart(core, { start, end: length }, KIB)
      t.equal(part.end, length, `from ${start} of ${length}`)
    }
  }
})

t.test('a block that has gone meanwhile does not let the others be read without bound', async (t) => {
  const project = await Project.open(t)
  const author = await project.author()
  for (let i = 0; i < 4; i++) await author.append('data', Buffer.alloc(KIB))
  const { core } = author.core('data')
  t.equal((await readablePart(core, { start: 2, end: 9 }, 1024 * KIB)).end, 3)
})
