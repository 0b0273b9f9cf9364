import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import Hyperbee from 'hyperbee'
import type Hypercore from 'hypercore'
import { openBee } from '../../../service/mirror/indexer.ts'
import { Pages } from '../../../service/mirror/pages.ts'
import { RecordList } from '../../../service/mirror/record-list.ts'
import { Project } from './project.ts'

const KEY_BYTES = 3
/** Records so long that a page holds four. */
const RECORD_BYTES = 1000
const pages = new Pages({ tag: 7, keyBytes: KEY_BYTES, recordBytes: RECORD_BYTES })

function record(key: number, content: number): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES, content)
  bytes.writeUIntBE(key, 0, KEY_BYTES)
  return bytes
}

interface Edit {
  key: number
  /** Null: the record goes. */
  content: number | null
}

async function apply(core: Hypercore, edits: readonly Edit[]): Promise<void> {
  const bee = openBee(core.session())
  const batch = bee.batch()
  const changes = pages.edits()
  for (const { key, content } of edits) {
    if (content === null) changes.remove(record(key, 0).subarray(0, KEY_BYTES))
    else changes.put(record(key, content))
  }
  await pages.update(batch, changes)
  await batch.flush()
  await bee.close()
}

async function withBee<T>(core: Hypercore, use: (bee: Hyperbee<Buffer, Buffer>) => Promise<T>): Promise<T> {
  const bee = openBee(core.snapshot())
  const result = await use(bee)
  await bee.close()
  return result
}

const entries = (core: Hypercore) =>
  withBee(core, async (bee) => {
    const found: string[] = []
    for await (const { key, value } of bee.createReadStream({}))
      found.push(`${key.toString('hex')} ${value.toString('hex')}`)
    return found
  })

const read = (core: Hypercore, gte: number, lt: number, reverse: boolean) =>
  withBee(core, async (bee) => {
    const found: string[] = []
    const range = {
      gte: record(gte, 0).subarray(0, KEY_BYTES),
      lt: record(lt, 0).subarray(0, KEY_BYTES),
      reverse
    }
    for await (const one of pages.read(bee, range)) found.push(one.toString('hex'))
    return found
  })

// Near and far keys: pages are split at the last bits as well as at the first.
const KEY = fc.oneof(fc.nat(2 ** 24 - 1), fc.nat(15))
const EDITS = fc.array(fc.record({ key: KEY, content: fc.option(fc.nat(255), { freq: 3 }) }), {
  maxLength: 40
})

t.test('reading gives the records that were put and not removed, in order', async (t) => {
  const project = await Project.open(t)
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        fc.array(EDITS, { maxLength: 4 }),
        KEY,
        KEY,
        fc.boolean(),
        async (batches, a, b, reverse) => {
          const core = await project.mirrorCore()
          const expected = new Map<number, number>()
          for (const edits of batches) {
            await apply(core, edits)
            for (const { key, content } of edits) {
              if (content === null) expected.delete(key)
              else expected.set(key, content)
            }
          }
          const [gte, lt] = [Math.min(a, b), Math.max(a, b)]
          const keys = [...expected.keys()]
            .filter((key) => key >= gte && key < lt)
            .sort((x, y) => (reverse ? y - x : x - y))
          assert.deepEqual(
            await read(core, gte, lt, reverse),
            keys.map((key) => record(key, expected.get(key) as number).toString('hex'))
          )
          const probe = a
          const found = await withBee(core, (bee) => pages.get(bee, record(probe, 0).subarray(0, KEY_BYTES)))
          assert.equal(found?.[KEY_BYTES], expected.get(probe))
        }
      ),
      { numRuns: 40 }
    )
  )
})

t.test('the pages follow from the records alone, not from the edits that led to them', async (t) => {
  const project = await Project.open(t)
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(EDITS, { maxLength: 5 }), async (batches) => {
        const grown = await project.mirrorCore()
        const final = new Map<number, number>()
        for (const edits of batches) {
          await apply(grown, edits)
          for (const { key, content } of edits) {
            if (content === null) final.delete(key)
            else final.set(key, content)
          }
        }
        const fresh = await project.mirrorCore()
        await apply(
          fresh,
          [...final].map(([key, content]) => ({ key, content }))
        )
        assert.deepEqual(await entries(grown), await entries(fresh))
      }),
      { numRuns: 40 }
    )
  )
})

t.test('halves that fit in one page again are joined, up to nothing', async (t) => {
  const project = await Project.open(t)
  const [core, fresh] = [await project.mirrorCore(), await project.mirrorCore()]
  const all = Array.from({ length: 20 }, (_, n) => ({ key: n * 1000, content: n }))
  await apply(core, all)
  t.ok((await entries(core)).length > 5)
  await apply(
    core,
    all.slice(0, 17).map(({ key }) => ({ key, content: null }))
  )
  await apply(fresh, all.slice(17))
  t.same(await entries(core), await entries(fresh))
  await apply(
    core,
    all.map(({ key }) => ({ key, content: null }))
  )
  t.same(await entries(core), [])
})

t.test('many records are looked up at once', async (t) => {
  const project = await Project.open(t)
  const core = await project.mirrorCore()
  await apply(
    core,
    Array.from({ length: 50 }, (_, n) => ({ key: n * 2, content: n }))
  )
  const keys = new RecordList(KEY_BYTES)
  for (const key of [7, 98, 0, 42]) keys.push(record(key, 0).subarray(0, KEY_BYTES))
  const rows = keys.sortedRows(KEY_BYTES)
  t.same([...rows], [2, 0, 3, 1])
  const found = await withBee(core, (bee) => pages.getMany(bee, keys, rows))
  t.same(
    found.map((one) => one?.[KEY_BYTES] ?? null),
    [0, null, 21, 49]
  )
})
