import t from 'tap'
import { fileAt } from '../../../service/sync/tally.ts'
import { Traffic } from '../../../service/sync/traffic.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { BLOB_BLOCK_BYTES, openCatalog, projectCoreOf } from './catalog.ts'

t.test('counts what crosses, each way, as people count it', async (t) => {
  const { writer, catalog, blob } = await openCatalog(t, makeDirectory(t))
  await writer.write('/photo/original/a1', 2 * BLOB_BLOCK_BYTES)
  await writer.write('/photo/preview/a1', 10)
  await writer.write('/photo/original/a2', 10)
  await catalog.refresh()
  const clock = new ManualClock()
  const traffic = new Traffic({ clock, catalogs: { of: () => catalog } })
  t.equal(traffic.lastMovedAt, null)
  clock.move(500)
  for (const index of [0, 1, 2]) traffic.received(blob, index, 100)
  traffic.received(projectCoreOf(writer.index, 'data'), 0, 40)
  clock.move(500)
  traffic.sent(blob, 3, 100)
  traffic.sent(projectCoreOf(writer.index, 'config'), 0, 40)
  t.same(traffic.toHub, { documents: 1, photos: 1, blocks: 4, bytes: 340 })
  t.same(traffic.fromHub, { documents: 0, photos: 1, blocks: 2, bytes: 140 })
  t.equal(traffic.lastMovedAt, 1_000)
})

t.test('a block of a file that is not known, or of no file, counts as a block only', async (t) => {
  const { blob } = await openCatalog(t, makeDirectory(t))
  const traffic = new Traffic({ clock: new ManualClock(), catalogs: { of: () => undefined } })
  traffic.received(blob, 0, 100)
  t.same(traffic.toHub, { documents: 0, photos: 0, blocks: 1, bytes: 100 })
})

t.test('a block is found in the file that it is of', async (t) => {
  const files = [
    { type: 'photo', variant: 'original', name: 'a1', run: { start: 0, end: 3 } },
    { type: 'photo', variant: 'preview', name: 'a1', run: { start: 3, end: 4 } },
    { type: 'photo', variant: 'original', name: 'a2', run: { start: 6, end: 8 } }
  ]
  const found = Array.from({ length: 9 }, (_, block) =>
    files.findIndex((file) => file === fileAt(files, block))
  )
  t.same(found, [0, 0, 0, 1, -1, -1, 2, 2, -1])
})
