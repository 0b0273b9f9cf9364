import fc from 'fast-check'
import Hypercore from 'hypercore'
import HypercoreStorage from 'hypercore-storage'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CoreStorage } from '../../../service/storage/core-storage.ts'
import { TreeMemory } from '../../../service/storage/tree-memory.ts'
import { generateKeyPair } from './key-pair.ts'

type Place = HypercoreStorage.Place

/** What the library can do to a core; the types name only what the hub uses. */
type Truncatable = Hypercore & { truncate(length: number): Promise<void> }

const MOST_ACTIONS = 7
const MOST_BLOCKS = 60

async function openStorage(t: Test, directory: string): Promise<CoreStorage> {
  const storage = new CoreStorage(directory, {
    onWriteFailed: (error) => t.fail(String(error)),
    onReadFailed: (error) => t.fail(String(error))
  })
  await storage.ready()
  t.teardown(() => storage.closeForGood())
  return storage
}

async function openCore(storage: HypercoreStorage, keyPair = generateKeyPair()): Promise<Truncatable> {
  const core = new Hypercore(storage, keyPair.publicKey, { keyPair, compat: true })
  await core.ready()
  return core as Truncatable
}

async function openCopy(t: Test, storage: HypercoreStorage, source: Hypercore): Promise<Hypercore> {
  const copy = new Hypercore(storage, source.key, { compat: true })
  await copy.ready()
  const near = source.replicate(true, { keepAlive: false })
  const far = copy.replicate(false, { keepAlive: false })
  const pipe = (from: unknown, to: unknown) => (from as { pipe(to: unknown): unknown }).pipe(to)
  pipe(pipe(near, far), near)
  t.teardown(() => copy.close())
  t.teardown(() => source.close())
  return copy
}

function blocks(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`observation ${index}`))
}

/** All nodes that a tree over so many blocks can have. */
async function nodesOf(place: Place) {
  const nodes: (HypercoreStorage.TreeNode | null)[] = []
  for (let index = 0; index < 2 * MOST_BLOCKS; index++) {
    const reader = place.read()
    const node = reader.getTreeNode(index)
    reader.tryFlush()
    nodes.push(await node)
  }
  return nodes
}

async function checkAgainstCard(t: Test, core: Hypercore, after: string): Promise<void> {
  const place = core.state.storage
  // A snapshot is the library's own reader, which asks the card.
  const onCard = await nodesOf(place.snapshot())
  t.same(await nodesOf(place), onCard, `asked after ${after}`)
  t.same(await nodesOf(place), onCard, `remembered after ${after}`)
}

const anyPart = fc.double({ min: 0, max: 1, noNaN: true })
const anyAction = fc.oneof(
  fc.record({ does: fc.constant('append' as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ does: fc.constant('truncate' as const), part: anyPart }),
  fc.record({ does: fc.constant('clear' as const), part: anyPart })
)
type Action = typeof anyAction extends fc.Arbitrary<infer A> ? A : never

async function play(core: Truncatable, action: Action): Promise<void> {
  if (action.does === 'append') await core.append(blocks(action.count))
  else if (action.does === 'truncate') await core.truncate(Math.floor(core.length * action.part))
  else await core.clear(Math.floor(core.length * action.part), core.length)
}

t.test('what is remembered of a core is what is on the card, whatever is written to it', async (t) => {
  const storage = await openStorage(t, t.testdir())
  await fc.assert(
    fc.asyncProperty(fc.array(anyAction, { maxLength: MOST_ACTIONS }), async (actions) => {
      const core = await openCore(storage)
      for (const action of actions) {
        await Promise.all([play(core, action), nodesOf(core.state.storage)])
        await checkAgainstCard(t, core, action.does)
      }
      await core.close()
    }),
    { numRuns: 30 }
  )
})

t.test('what is remembered of a copy is what is on the card, whatever blocks were fetched', async (t) => {
  const source = await openCore(await openStorage(t, join(t.testdir(), 'source')))
  const storage = await openStorage(t, join(t.testdirName, 'copy'))
  const copy = await openCopy(t, storage, source)
  await source.append(blocks(40))
  for (const index of [3, 39, 17, 16, 0, 25]) {
    await Promise.all([copy.get(index), nodesOf(copy.state.storage)])
    await checkAgainstCard(t, copy, `block ${index}`)
  }
  await source.append(blocks(20))
  await copy.download({ start: 0, end: 60 }).done()
  await checkAgainstCard(t, copy, 'the rest')
})

t.test('a core that is written through an atom is read from the card', async (t) => {
  const storage = await openStorage(t, t.testdir())
  const core = await openCore(storage)
  await core.append(blocks(3))
  await nodesOf(core.state.storage)
  const atom = storage.createAtom()
  const aside = core.session({ atom })
  await aside.append(blocks(2))
  await nodesOf(core.state.storage)
  await atom.flush()
  await aside.close()
  await checkAgainstCard(t, core, 'an append aside')
  await core.close()
})

t.test('an answer that was on its way while something was written is not remembered', async (t) => {
  const storage = await openStorage(t, t.testdir())
  const core = await openCore(storage)
  const place = core.state.storage
  const read = place.read.bind(place)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  place.read = () => {
    const reader = read()
    const getTreeNode = reader.getTreeNode.bind(reader)
    reader.getTreeNode = async (index) => {
      const node = await getTreeNode(index)
      await held
      return node
    }
    return reader
  }
  new TreeMemory().attach(place)
  const before = nodesOf(place)
  await core.append(blocks(3))
  release()
  await before
  await checkAgainstCard(t, core, 'an append')
  await core.close()
})

t.test('nothing is asked of the card for what was asked or written before', async (t) => {
  const storage = await openStorage(t, t.testdir())
  const core = await openCore(storage)
  await core.append(blocks(8))
  const place = core.state.storage
  const read = place.read.bind(place)
  let asked = 0
  place.read = () => {
    asked++
    return read()
  }
  new TreeMemory().attach(place)
  await core.append(blocks(8))
  asked = 0
  await nodesOf(place)
  t.equal(
    asked,
    2 * MOST_BLOCKS - 16,
    'the 15 nodes over what was just written, and their parent, are remembered'
  )
  await nodesOf(place)
  t.equal(asked, 2 * MOST_BLOCKS - 16)
  await core.close()
})

t.test('every question that the library asks its reader is passed on', async (t) => {
  const storage = await openStorage(t, t.testdir())
  const core = await openCore(storage)
  const own = core.state.storage.snapshot().read()
  const remembering = core.state.storage.read()
  const questions = (reader: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(reader)).filter(
      (name) => /^[a-z]/.test(name) && name !== 'constructor'
    )
  t.same(
    questions(own).filter((name) => !questions(remembering).includes(name)),
    []
  )
  own.destroy()
  await core.close()
})
