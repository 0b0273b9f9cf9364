import fc from 'fast-check'
import Hypercore from 'hypercore'
import { join } from 'node:path'
import t from 'tap'
import { BlockSet } from '../../../service/sync/block-set.ts'
import { blocksOfPeer, blocksOfWords, heldBlocks, segmentsOf } from '../../../service/sync/blocks-known.ts'
import { encodeHave, MAX_HAVE_START, MAX_HAVE_WORDS } from '../../../service/wire/have-extension.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { replicate } from '../projects/meet.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'
import { anyRuns, blocksIn, holdsExactly } from './naive-set.ts'

const SEGMENT = MAX_HAVE_WORDS * 32

/** What somebody who hears these segments takes a core to hold. */
function heard(blocks: BlockSet): BlockSet {
  let all = BlockSet.empty
  for (const { start, words } of segmentsOf(blocks)) all = all.union(blocksOfWords(start, words))
  return all
}

t.test('what is told of blocks says the same when it is heard', async (t) => {
  fc.assert(fc.property(anyRuns(2_000), (runs) => holdsExactly(heard(BlockSet.of(runs)), blocksIn(runs))))
  t.same([...segmentsOf(BlockSet.empty)], [], 'of nothing nothing is said')
})

t.test('words are read bit by bit, from where they start', async (t) => {
  const word = fc.oneof(fc.constant(0), fc.constant(0xffffffff), fc.nat(0xffffffff))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.nat(100), (words, offset) => {
      const start = offset * 32
      const blocks = new Set<number>()
      words.forEach((bits, i) => {
        for (let k = 0; k < 32; k++) if ((bits >>> k) & 1) blocks.add(start + i * 32 + k)
      })
      return holdsExactly(blocksOfWords(start, Uint32Array.from(words)), blocks)
    })
  )
  t.pass()
})

t.test('a core that is longer than one message may tell of is told in segments', async (t) => {
  const runs = [
    { start: 5, end: 9 },
    { start: SEGMENT - 3, end: SEGMENT + 40 },
    { start: 4 * SEGMENT + 1, end: 6 * SEGMENT + 2 }
  ]
  const segments = [...segmentsOf(BlockSet.of(runs))]
  t.same(
    segments.map(({ start }) => start / SEGMENT),
    [0, 1, 4, 5, 6],
    'without those that are empty'
  )
  t.same(heard(BlockSet.of(runs)).runs, runs)
  for (const segment of segments) {
    t.ok(encodeHave({ discoveryKey: Buffer.alloc(32), namespace: 'blob', ...segment }))
  }
})

t.test('blocks that may not be spoken of are left out', async (t) => {
  const runs = [
    { start: MAX_HAVE_START - 1, end: MAX_HAVE_START + 10 },
    { start: 2 ** 40, end: 2 ** 40 + 1 }
  ]
  t.same(heard(BlockSet.of(runs)).runs, [{ start: MAX_HAVE_START - 1, end: MAX_HAVE_START }])
})

t.test('knows of two real cores which blocks each holds', async (t) => {
  const directory = makeDirectory(t)
  const open = async (name: string, secret: boolean) => {
    const store = await openStore(t, join(directory, name))
    const core = new Hypercore(store.cores, keyPair.publicKey, {
      compat: true,
      ...(secret ? { keyPair } : {})
    })
    await core.ready()
    t.teardown(() => core.close())
    return core
  }
  const keyPair = generateKeyPair()
  const [author, reader] = [await open('author', true), await open('reader', false)]
  t.ok(heldBlocks(author).isEmpty)
  await author.append(Array.from({ length: 100 }, (_, i) => Buffer.from(`block ${i}`)))
  await author.clear(20, 30)
  t.same(heldBlocks(author).runs, [
    { start: 0, end: 20 },
    { start: 30, end: 100 }
  ])
  replicate(t, reader, author)
  for (const index of [0, 1, 2, 7, 99]) await reader.get(index)
  t.same(heldBlocks(reader).runs, [
    { start: 0, end: 3 },
    { start: 7, end: 8 },
    { start: 99, end: 100 }
  ])
  const [peer] = reader.peers
  if (peer === undefined) return t.fail('not connected')
  await until(() => blocksOfPeer(peer).size === 90)
  t.same(blocksOfPeer(peer).runs, heldBlocks(author).runs)
})
