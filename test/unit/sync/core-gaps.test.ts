import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { DiscoveryKey, Namespace } from '../../../service/ids.ts'
import type { ProjectCore } from '../../../service/projects/project-cores.ts'
import { BlockSet, type Run } from '../../../service/sync/block-set.ts'
import { CoreGaps } from '../../../service/sync/core-gaps.ts'
import { RemoteBlocks } from '../../../service/sync/remote-blocks.ts'
import { segmentsOf } from '../../../service/sync/blocks-known.ts'
import { makeDirectory } from '../../support/directory.ts'
import { BLOB_BLOCK_BYTES, openCatalog, projectCoreOf } from './catalog.ts'

const NO_CATALOGS = { of: () => undefined }

const setOf = (...runs: [start: number, end: number][]) =>
  BlockSet.of(runs.map(([start, end]): Run => ({ start, end })))

/** A core of one block of 10 bytes for each of `length`. */
async function openCore(t: Test, namespace: Namespace, length: number): Promise<ProjectCore> {
  const { blob } = await openCatalog(t, join(t.testdirName, randomBytes(4).toString('hex')))
  await blob.core.append(Array.from({ length }, () => Buffer.alloc(10)))
  return projectCoreOf(blob.core, namespace)
}

t.test('what one side holds and the other does not is missing there', async (t) => {
  makeDirectory(t)
  const core = await openCore(t, 'data', 20)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  gaps.measure(core, setOf([0, 10]), () => setOf([5, 18]))
  t.notOk(gaps.isEmpty)
  t.same(gaps.toHub, { documents: 8, photos: 0, blocks: 8, bytes: 80 })
  t.same(gaps.fromHub, { documents: 5, photos: 0, blocks: 5, bytes: 50 })
  t.equal(gaps.documentBlocksToHub, 8)
  gaps.measure(core, setOf([0, 18]), () => setOf([0, 18]))
  t.ok(gaps.isEmpty)
  t.same(gaps.toHub, { documents: 0, photos: 0, blocks: 0, bytes: 0 })
})

t.test('only documents of people count as documents', async (t) => {
  makeDirectory(t)
  const core = await openCore(t, 'config', 4)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  gaps.measure(core, setOf(), () => setOf([0, 4]))
  t.same(gaps.toHub, { documents: 0, photos: 0, blocks: 4, bytes: 40 })
})

t.test('a core of which nothing is known yet is taken for one of the usual size', async (t) => {
  makeDirectory(t)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  gaps.measure(await openCore(t, 'data', 0), setOf(), () => setOf([0, 2]))
  t.equal(gaps.toHub.bytes, 800)
  const photos = new CoreGaps({ catalogs: NO_CATALOGS })
  photos.measure(await openCore(t, 'blob', 0), setOf(), () => setOf([0, 2]))
  t.same(photos.toHub, { documents: 0, photos: null, blocks: 2, bytes: 2 * 65_536 })
})

t.test('a core that was equal is counted again only when something may have changed', async (t) => {
  makeDirectory(t)
  const core = await openCore(t, 'data', 1)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  let asked = 0
  const remote = () => {
    asked++
    return setOf([0, 1])
  }
  for (let i = 0; i < 3; i++) gaps.measure(core, setOf([0, 1]), remote)
  t.equal(asked, 1)
  gaps.markStale(core)
  t.notOk(gaps.isEmpty, 'until it is counted nobody can say that nothing is missing')
  gaps.measure(core, setOf([0, 1]), remote)
  t.equal(asked, 2)
  t.ok(gaps.isEmpty)
})

t.test('a core that is not equal is counted every time', async (t) => {
  makeDirectory(t)
  const core = await openCore(t, 'data', 1)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  let remote = setOf()
  gaps.measure(core, setOf([0, 1]), () => remote)
  remote = setOf([0, 1])
  gaps.measure(core, setOf([0, 1]), () => remote)
  t.ok(gaps.isEmpty)
})

t.test('a core that a device may not have any more is forgotten', async (t) => {
  makeDirectory(t)
  const core = await openCore(t, 'data', 1)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  gaps.measure(core, setOf(), () => setOf([0, 1]))
  gaps.forget(core)
  t.ok(gaps.isEmpty)
})

t.test('while a device tells of a core that the hub does not know, the two are not equal', async (t) => {
  makeDirectory(t)
  const gaps = new CoreGaps({ catalogs: NO_CATALOGS })
  const remote = new RemoteBlocks()
  const discoveryKey = randomBytes(32)
  const tell = (words: number[]) => {
    const have = { discoveryKey, start: 0, words: Uint32Array.from(words), namespace: 'data' as const }
    remote.tell(have)
    gaps.noteUnknownCore(have, remote)
  }
  tell([0])
  t.ok(gaps.isEmpty, 'an empty one is nothing')
  tell([0b11])
  t.notOk(gaps.isEmpty)
  const core = {
    ...(await openCore(t, 'data', 0)),
    discoveryKey: discoveryKey.toString('hex') as DiscoveryKey
  }
  gaps.measure(core, setOf([0, 2]), () => remote.of(core.discoveryKey, undefined))
  t.ok(gaps.isEmpty, 'until the hub knows it and has what it holds')
})

t.test('photos are counted by name, whatever sizes of them are missing', async (t) => {
  const { writer, catalog, blob } = await openCatalog(t, makeDirectory(t))
  const original = await writer.write('/photo/original/a1', 2 * BLOB_BLOCK_BYTES)
  await writer.write('/photo/thumbnail/a1', 10)
  await writer.write('/photo/original/a2', 10)
  await catalog.refresh()
  const gaps = new CoreGaps({ catalogs: { of: () => catalog } })
  gaps.measure(blob, setOf(), () => setOf([0, 4]))
  t.match(gaps.toHub, { photos: 2, blocks: 4 })
  gaps.measure(blob, setOf([0, 1]), () => setOf([0, original.end]))
  t.match(gaps.toHub, { photos: 1, blocks: 1 })
  t.same(
    gaps.blobsToHub().map(({ core, blocks }) => [core.key, blocks.runs]),
    [[blob.key, [{ start: 1, end: 2 }]]]
  )
})

t.test('what a device says that it does not want is not missing there', async (t) => {
  const { writer, catalog, blob } = await openCatalog(t, makeDirectory(t))
  await writer.write('/photo/original/a1', 2 * BLOB_BLOCK_BYTES)
  await writer.write('/photo/preview/a1', 10)
  await catalog.refresh()
  const gaps = new CoreGaps({ catalogs: { of: () => catalog } })
  gaps.wanted = ({ variant }) => variant === 'preview'
  gaps.measure(blob, setOf([0, 3]), () => setOf())
  t.match(gaps.fromHub, { photos: 1, blocks: 1 })
  gaps.measure(blob, setOf([0, 3]), () => setOf([2, 3]))
  t.ok(gaps.isEmpty)
})

t.test('what was told ahead is overwritten where it is told anew, and taken back', async (t) => {
  const remote = new RemoteBlocks()
  const discoveryKey = randomBytes(32)
  const key = discoveryKey.toString('hex') as DiscoveryKey
  const tell = (start: number, words: number[]) =>
    remote.tell({ discoveryKey, start, words: Uint32Array.from(words), namespace: 'data' })
  t.ok(remote.of(key, undefined).isEmpty)
  for (const { start, words } of segmentsOf(setOf([0, 100]))) tell(start, [...words])
  tell(32, [0, 0b1])
  t.same(remote.of(key, undefined).runs, [
    { start: 0, end: 32 },
    { start: 64, end: 65 },
    { start: 96, end: 100 }
  ])
})

t.test('what a device said before it closed its ends of cores is remembered, up to a limit', async (t) => {
  const remote = new RemoteBlocks()
  const [first, second] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex') as DiscoveryKey)
  if (first === undefined || second === undefined) throw new Error('two were made')
  const two = setOf([0, 1], [2, 3])
  remote.noteClosed(first, two, 3)
  t.same(remote.of(first, undefined).runs, two.runs)
  remote.noteClosed(second, two, 3)
  t.ok(remote.of(second, undefined).isEmpty, 'nobody makes the hub remember without end')
  remote.noteClosed(first, setOf([0, 3]), 3)
  remote.noteClosed(second, two, 3)
  t.same(remote.of(second, undefined).runs, two.runs, 'what was replaced takes no room')
  remote.forgetClosed()
  t.ok(remote.of(first, undefined).isEmpty)
  remote.noteClosed(first, setOf([0, 1], [2, 3], [4, 5]), 3)
  t.equal(remote.of(first, undefined).runs.length, 3, 'neither does what was forgotten')
})
