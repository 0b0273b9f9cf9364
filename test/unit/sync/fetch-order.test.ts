import Hypercore from 'hypercore'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { ProjectCore } from '../../../service/projects/project-cores.ts'
import { BlockSet } from '../../../service/sync/block-set.ts'
import { FetchOrder, STALLED_MS } from '../../../service/sync/fetch-order.ts'
import type { Intake } from '../../../service/sync/intake.ts'
import type { ProjectSession } from '../../../service/sync/project-session.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { replicate } from '../projects/meet.ts'
import { openStore } from '../storage/open-store.ts'
import { BLOB_BLOCK_BYTES, openCatalog, projectCoreOf } from './catalog.ts'

/** Blocks of the one photo: three of the original, one of each smaller size. */
const ORIGINAL = [0, 1, 2]
const PREVIEW = 3
const THUMBNAIL = 4
const ALL = BlockSet.of([{ start: 0, end: 5 }])

/** A phone with one photo and the hub's empty copy of its blob core, connected. */
async function openHub(t: Test, { withCatalog = true } = {}) {
  const directory = makeDirectory(t)
  const { writer, catalog, blob } = await openCatalog(t, directory)
  await writer.write('/photo/original/a1', 3 * BLOB_BLOCK_BYTES)
  await writer.write('/photo/preview/a1', 10)
  await writer.write('/photo/thumbnail/a1', 10)
  await catalog.refresh()
  await blob.core.append(Array.from({ length: 5 }, () => Buffer.from('not offered')))
  const store = await openStore(t, join(directory, 'hub'))
  const core = new Hypercore(store.cores, blob.core.key, { compat: true })
  await core.ready()
  t.teardown(() => core.close())
  replicate(t, core, blob.core)
  const clock = new ManualClock()
  const order = new FetchOrder({ clock, catalogs: { of: () => (withCatalog ? catalog : undefined) } })
  t.teardown(() => order.stop())
  const copy = projectCoreOf(core, 'blob')
  core.on('download', (index: number) => order.noteArrived(copy, index))
  const documentCame = () => order.noteArrived(projectCoreOf(core, 'data'), 0)
  let next = ALL.end
  // The phone answers in the order in which it was asked: when this has come, so has all that was asked for before.
  const settle = () => core.get(next++)
  const held = () => [0, 1, 2, 3, 4].filter((index) => core.core.bitfield.get(index))
  const offer = (
    blocks = ALL.minus(BlockSet.of(held().map((index) => ({ start: index, end: index + 1 })))),
    documents = 0,
    intake?: Intake
  ) => order.update([sessionOf(copy, blocks, documents)], intake)
  return { clock, order, settle, held, offer, documentCame }
}

/** What the fetch order asks of a session: what its device holds and the hub lacks. */
function sessionOf(core: ProjectCore, blocks: BlockSet, documents: number): ProjectSession {
  const gaps = {
    documentBlocksToHub: documents,
    blobsToHub: () => (blocks.isEmpty ? [] : [{ core, blocks }])
  }
  return { gaps } as unknown as ProjectSession
}

t.test('thumbnails come first, then previews, then everything', async (t) => {
  const { settle, held, offer } = await openHub(t)
  offer()
  await until(() => held().length === 1)
  await settle()
  t.same(held(), [THUMBNAIL])
  offer()
  await until(() => held().length === 2)
  await settle()
  t.same(held(), [PREVIEW, THUMBNAIL])
  offer()
  await until(() => held().length === 5)
  t.same(held(), [...ORIGINAL, PREVIEW, THUMBNAIL])
})

t.test('no photo is asked for while documents come in', async (t) => {
  const { clock, settle, held, offer, documentCame } = await openHub(t)
  for (let missing = 10; missing > 0; missing--) {
    offer(ALL, missing)
    clock.move(STALLED_MS - 1)
    documentCame()
  }
  await settle()
  t.same(held(), [])
  offer(ALL, 0)
  await until(() => held().length > 0)
  t.same(held(), [THUMBNAIL])
})

t.test('documents that are claimed and do not come hold nobody up for long', async (t) => {
  const { clock, settle, held, offer } = await openHub(t)
  offer(ALL, 7)
  clock.move(STALLED_MS - 1)
  offer(ALL, 7)
  await settle()
  t.same(held(), [])
  clock.move(1)
  offer(ALL, 7)
  await until(() => held().length > 0)
  t.same(held(), [THUMBNAIL])
})

t.test('documents that are claimed again and again, and never come, hold nobody up for longer', async (t) => {
  const { clock, settle, held, offer } = await openHub(t)
  offer(ALL, 7)
  clock.move(STALLED_MS - 1)
  offer(BlockSet.empty, 0)
  offer(ALL, 9)
  await settle()
  t.same(held(), [])
  clock.move(1)
  offer(ALL, 8)
  await until(() => held().length > 0)
  t.same(held(), [THUMBNAIL])
})

t.test('a thumbnail that is claimed and does not come holds up no original for long', async (t) => {
  const { clock, held, offer } = await openHub(t)
  const claimed = BlockSet.of([
    { start: 0, end: 3 },
    { start: 4, end: 5 }
  ])
  offer(claimed)
  await until(() => held().length === 1)
  offer(claimed)
  clock.move(STALLED_MS)
  offer(claimed)
  await until(() => ORIGINAL.every((index) => held().includes(index)))
  t.ok(held().includes(THUMBNAIL))
})

t.test('where the hub cannot read which blocks are thumbnails it fetches all in order', async (t) => {
  const { held, offer } = await openHub(t, { withCatalog: false })
  offer()
  await until(() => held().length === 5)
  t.equal(held().length, 5)
})

t.test('nothing is fetched any more when nobody offers it, nor after it was stopped', async (t) => {
  const { order, settle, held, offer } = await openHub(t)
  offer()
  offer(BlockSet.empty)
  await settle()
  offer()
  order.stop()
  await settle()
  t.ok(!held().includes(PREVIEW) && !ORIGINAL.some((index) => held().includes(index)))
})

t.test(
  'while room is short only small sizes are asked for, and originals when there is room again',
  async (t) => {
    const { order, held, offer, settle, clock } = await openHub(t)
    const small: Intake = { documents: true, photos: 'small', isHeldBack: () => false }
    const missing = () => ALL.minus(BlockSet.of(held().map((index) => ({ start: index, end: index + 1 }))))
    offer(missing(), 0, small)
    await until(() => held().includes(THUMBNAIL))
    offer(missing(), 0, small)
    await until(() => held().includes(PREVIEW))
    clock.move(STALLED_MS)
    offer(missing(), 0, small)
    await settle()
    t.same(held(), [PREVIEW, THUMBNAIL])
    offer(missing())
    await until(() => ORIGINAL.every((index) => held().includes(index)))
    order.stop()
  }
)

t.test('while the card is full no photo is asked for, nor one of a device that is held back', async (t) => {
  const { held, offer, settle, clock } = await openHub(t)
  const intakes: Intake[] = [
    { documents: false, photos: 'none', isHeldBack: () => false },
    { documents: true, photos: 'all', isHeldBack: () => true }
  ]
  for (const intake of intakes) {
    offer(ALL, 0) // what was asked for before is asked for no more
    offer(ALL, 0, intake)
    clock.move(STALLED_MS)
    offer(ALL, 0, intake)
    await settle()
  }
  t.notOk(ORIGINAL.some((index) => held().includes(index)))
})
