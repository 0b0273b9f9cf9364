import Hypercore from 'hypercore'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { BlobFile } from '../../../service/sync/blob-catalog.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { replicate } from '../projects/meet.ts'
import { openStore } from '../storage/open-store.ts'
import { BLOB_BLOCK_BYTES, catalogOf, openCatalog } from './catalog.ts'

const paths = (files: readonly BlobFile[]) =>
  files.map(({ type, variant, name }) => `/${type}/${variant}/${name}`)

/** A device that wrote three photos, and the hub's copy of its index, in which there is no block yet. */
async function openThreePhotos(t: Test) {
  const directory = makeDirectory(t)
  const { writer } = await openCatalog(t, directory)
  for (const name of ['a1', 'a2', 'a3']) await writer.write(`/photo/original/${name}`, 10)
  const store = await openStore(t, join(directory, 'hub'))
  const index = new Hypercore(store.cores, writer.index.key, { compat: true })
  await index.ready()
  t.teardown(() => index.close())
  return { writer, index }
}

t.test('lists what a phone writes, in that order, with the blocks of each file', async (t) => {
  const { writer, catalog } = await openCatalog(t, makeDirectory(t))
  t.notOk(await catalog.refresh(), 'nothing is there before the first photo')
  const runs = [
    await writer.write('/photo/original/a1', 3 * BLOB_BLOCK_BYTES + 1),
    await writer.write('/photo/preview/a1', BLOB_BLOCK_BYTES),
    await writer.write('/photo/thumbnail/a1', 100),
    await writer.write('/audio/original/b2', 5)
  ]
  t.ok(await catalog.refresh())
  t.same(paths(catalog.files), [
    '/photo/original/a1',
    '/photo/preview/a1',
    '/photo/thumbnail/a1',
    '/audio/original/b2'
  ])
  t.same(
    catalog.files.map(({ run }) => run),
    runs
  )
  t.same(runs[0], { start: 0, end: 4 })
})

t.test('reads on from where it was', async (t) => {
  const { writer, catalog } = await openCatalog(t, makeDirectory(t))
  await writer.write('/photo/original/a1', 10)
  t.ok(await catalog.refresh())
  t.notOk(await catalog.refresh())
  await writer.write('/photo/original/a2', 10)
  const both = await Promise.all([catalog.refresh(), catalog.refresh()])
  t.same(both, [true, true], 'two who ask at once get the same reading')
  t.same(paths(catalog.files), ['/photo/original/a1', '/photo/original/a2'])
})

t.test('gives the blocks of the files that are asked for', async (t) => {
  const { writer, catalog } = await openCatalog(t, makeDirectory(t))
  await writer.write('/photo/original/a1', 2 * BLOB_BLOCK_BYTES)
  const preview = await writer.write('/photo/preview/a1', 10)
  await catalog.refresh()
  t.same(catalog.blocksOf(({ variant }) => variant === 'preview').runs, [preview])
  t.equal(catalog.blocksOf(() => true).size, 3)
})

t.test('what cannot be a file is passed over, and what follows it is read', async (t) => {
  const { writer, catalog } = await openCatalog(t, makeDirectory(t))
  const blob = { byteOffset: 0, blockOffset: 0, blockLength: 1, byteLength: 1 }
  const entries: [path: string, value: unknown][] = [
    ['/photo/original/deep/er', { blob }],
    ['/photo/original', { blob }],
    ['/photo/original/', { blob }],
    ['no path', { blob }],
    ['/photo/original/n1', null],
    ['/photo/original/n2', 'text'],
    ['/photo/original/n3', {}],
    ['/photo/original/n4', { blob: null }],
    ['/photo/original/n5', { blob: { ...blob, blockOffset: -1 } }],
    ['/photo/original/n6', { blob: { ...blob, blockOffset: 1.5 } }],
    ['/photo/original/n7', { blob: { ...blob, blockOffset: '0' } }],
    ['/photo/original/n8', { blob: { ...blob, blockLength: 1e9 } }],
    ['/photo/original/n9', { blob: { ...blob, blockOffset: 2 ** 60 } }],
    [`/photo/original/${'n'.repeat(200)}`, { blob }],
    ['/photo/original/n10', { blob, metadata: 'x'.repeat(5_000) }]
  ]
  for (const [path, value] of entries) await writer.writeEntry(path, value)
  await writer.write('/photo/original/good', 1)
  await writer.remove('/photo/original/n1')
  t.ok(await catalog.refresh())
  t.same(paths(catalog.files), ['/photo/original/good'])
})

t.test('an index that is no hyperbee has no files, and hurts nobody', async (t) => {
  const { writer, catalog } = await openCatalog(t, makeDirectory(t))
  await writer.index.append(['header', 'one', 'two'].map((block) => Buffer.from(block)))
  t.notOk(await catalog.refresh())
  t.same(catalog.files, [])
  t.notOk(await catalog.refresh())
})

t.test('waits at a hole in the index until it is filled', async (t) => {
  const { writer, index } = await openThreePhotos(t)
  const catalog = catalogOf(index)
  replicate(t, index, writer.index)
  for (const block of [0, 1, 3]) await index.get(block)
  await catalog.refresh()
  t.same(paths(catalog.files), ['/photo/original/a1'])
  await index.get(2)
  await until(() => index.contiguousLength === 4)
  await catalog.refresh()
  t.same(paths(catalog.files), ['/photo/original/a1', '/photo/original/a2', '/photo/original/a3'])
})

t.test('reads what is there of an index whose end never comes', async (t) => {
  const { writer, index } = await openThreePhotos(t)
  const part = await writer.index.proof({ upgrade: { start: 0, length: writer.index.length } })
  await index.applyProof(part)
  for (const block of [0, 1]) {
    const nodes = await index.missingNodes(block)
    await index.applyProof(await writer.index.proof({ block: { index: block, nodes } }))
  }
  t.equal(index.length, 4)
  const catalog = catalogOf(index)
  t.ok(await catalog.refresh())
  t.same(paths(catalog.files), ['/photo/original/a1'])
})
