import Hypercore from 'hypercore'
import { spawn, type ChildProcess } from 'node:child_process'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, rm, rmdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import type { Store } from '../../../service/storage/store.ts'
import { Card } from './card.ts'
import { generateKeyPair } from './key-pair.ts'
import { openStore } from './open-store.ts'

const keyPair = generateKeyPair()
/** Enough to fill a stack, if each took one frame of it. */
const LONG_RUN_WRITES = 20_000

async function openCore(store: Store): Promise<Hypercore> {
  const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
  await core.ready()
  return core
}

async function append(core: Hypercore, count: number, size = 20): Promise<void> {
  for (let i = 0; i < count; i++) await core.append(Buffer.alloc(size, `block ${core.length} `))
}

/** How long the core is in the store below `directory`. Every block of it must be the one that was written. */
async function lengthIn(t: Test, directory: string): Promise<{ length: number; unclean: boolean }> {
  const store = await openStore(t, directory)
  const core = await openCore(store)
  const { length } = core
  for (let index = 0; index < length; index++) {
    const block = await core.get(index, { wait: false })
    if (!block?.toString().startsWith(`block ${index}`)) t.fail(`block ${index} is another one`)
  }
  await core.close()
  const { unclean } = store
  await store.close()
  return { length, unclean }
}

/** Starts a process that writes below `directory`; resolves when it has promised `acknowledged` blocks. */
async function startWriting(
  t: Test,
  directory: string,
  acknowledged: number
): Promise<{ child: ChildProcess; promised: () => number }> {
  const child = spawn(
    process.execPath,
    [
      '--import=tsx',
      join(import.meta.dirname, 'writing-hub.ts'),
      directory,
      keyPair.publicKey.toString('hex'),
      keyPair.secretKey.toString('hex')
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  t.teardown(() => child.kill('SIGKILL'))
  let promised = 0
  const lines = createInterface(child.stdout)
  const enough = new Promise<void>((resolve) =>
    lines.on('line', (line) => {
      promised = Number(line)
      if (promised >= acknowledged) resolve()
    })
  )
  await enough
  return { child, promised: () => promised }
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

t.test('holds what was written at the next start', async (t) => {
  const directory = join(t.testdir(), 'made', 'for', 'it')
  const store = await openStore(t, directory)
  t.equal(store.unclean, false)
  const core = await openCore(store)
  await append(core, 3)
  await core.close()
  await store.close()
  t.same(await lengthIn(t, directory), { length: 3, unclean: false })
})

t.test('one core that closes leaves the store open for the others', async (t) => {
  const store = await openStore(t, t.testdir())
  const other = generateKeyPair()
  const core = await openCore(store)
  const closing = new Hypercore(store.cores, other.publicKey, { compat: true, keyPair: other })
  await closing.ready()
  await closing.close()
  await append(core, 1)
  t.equal(core.length, 1)
  await core.close()
})

t.test(
  'what a barrier has promised survives a power cut, and what nobody was promised may not',
  async (t) => {
    const directory = join(t.testdir(), 'data')
    const card = new Card()
    const store = await openStore(t, directory, { syncFile: card.sync })
    const core = await openCore(store)
    await append(core, 10)
    await store.barrier()
    await append(core, 5)
    await card.cut(directory, join(t.testdirName, 'cut'))
    t.same(await lengthIn(t, join(t.testdirName, 'cut')), { length: 10, unclean: true })

    await store.barrier()
    await card.cut(directory, join(t.testdirName, 'later'))
    t.same(await lengthIn(t, join(t.testdirName, 'later')), { length: 15, unclean: true })
    await core.close()
  }
)

t.test('a barrier reaches all logs while they are rotated', async (t) => {
  const directory = join(t.testdir(), 'data')
  const card = new Card()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const core = await openCore(store)
  const logs = new Set<string>()
  // 30 MB through write buffers of 4 MiB.
  for (let round = 0; round < 10; round++) {
    await append(core, 30, 100_000)
    for (const name of await readdir(join(directory, 'cores', 'db'))) {
      if (name.endsWith('.log')) logs.add(name)
    }
  }
  await store.barrier()
  t.ok(logs.size > 1, 'the log was rotated')
  await card.cut(directory, join(t.testdirName, 'cut'))
  t.same(await lengthIn(t, join(t.testdirName, 'cut')), { length: 300, unclean: true })
  await core.close()
})

t.test('a power cut in the first moments leaves a store that opens', async (t) => {
  const directory = join(t.testdir(), 'data')
  const card = new Card()
  const store = await openStore(t, directory, { syncFile: card.sync })
  await card.cut(directory, join(t.testdirName, 'cut'))
  t.same(await lengthIn(t, join(t.testdirName, 'cut')), { length: 0, unclean: true })
  await store.close()
})

t.test(
  'callers that wait at the same time share a sync, and none gets one that began before its call',
  async (t) => {
    const card = new Card()
    const store = await openStore(t, t.testdir(), { syncFile: card.sync })
    const core = await openCore(store)
    await store.barrier()

    await append(core, 1)
    card.syncs = 0
    card.hold()
    const syncing = card.nextSync()
    const first = store.barrier()
    await syncing
    await append(core, 1)
    const others = Promise.all([store.barrier(), store.barrier(), store.barrier()])
    t.equal(card.syncs, 1)
    card.release()
    await first
    await others
    t.equal(card.syncs, 2)

    await store.barrier()
    t.equal(card.syncs, 2, 'nothing new, nothing to sync')
    await core.close()
  }
)

t.test(
  'a barrier follows by itself a second after blocks were noted, or at once after a mebibyte',
  async (t) => {
    const card = new Card()
    const clock = new ManualClock()
    const store = await openStore(t, t.testdir(), { syncFile: card.sync, clock })
    const core = await openCore(store)
    await store.barrier()
    card.syncs = 0

    await append(core, 1)
    store.noteWritten(20)
    clock.move(999)
    t.equal(card.syncs, 0)
    const afterSecond = card.nextSync()
    clock.move(1)
    await afterSecond
    await store.barrier()

    await append(core, 1)
    const afterMebibyte = card.nextSync()
    store.noteWritten(1024 * 1024 - 1)
    store.noteWritten(1)
    await afterMebibyte
    await store.barrier()
    t.equal(clock.pending, 0)
    await core.close()
  }
)

t.test('who is late while the store closes is refused, and the store has not failed', async (t) => {
  const clock = new ManualClock()
  const store = await openStore(t, t.testdir(), { clock })
  store.on('failed', () => t.fail('the store says that it failed'))
  await store.close()
  store.noteWritten(1)
  t.equal(clock.pending, 0)
  await t.rejects(store.barrier(), { code: 'STORE_FAILED', message: /not open/ })
})

t.test('after one failed sync nothing is promised any more, also when the card works again', async (t) => {
  const card = new Card()
  const directory = t.testdir()
  const store = await openStore(t, directory, { syncFile: card.sync })
  const failures: Error[] = []
  store.on('failed', (error) => failures.push(error))
  const core = await openCore(store)
  await append(core, 1)
  card.fail(new Error('EIO'))
  await t.rejects(store.barrier(), { code: 'STORE_FAILED', cause: { message: 'EIO' } })
  card.repair()
  await t.rejects(store.barrier(), { code: 'STORE_FAILED' })
  t.equal(failures.length, 1)

  await core.close()
  await t.rejects(store.close(), { code: 'STORE_FAILED' })
  t.same(await lengthIn(t, directory), { length: 1, unclean: true }, 'a new start reads what the card holds')
})

t.test('a process that is killed loses nothing that it promised, and the next start knows', async (t) => {
  const directory = t.testdir()
  for (let round = 1; round <= 3; round++) {
    const { child, promised } = await startWriting(t, directory, 20 * round)
    await kill(child)
    const { length, unclean } = await lengthIn(t, directory)
    t.ok(length >= promised(), `${length} of ${promised()} blocks`)
    t.equal(unclean, true)
  }
  t.equal((await lengthIn(t, directory)).unclean, false)
})

t.test('a second process is refused, and the first goes on', async (t) => {
  const directory = t.testdir()
  const { child } = await startWriting(t, directory, 1)
  await t.rejects(openStore(t, directory), { code: 'STORE_LOCKED', message: /stop that hub first/ })
  t.equal(child.exitCode, null)
  await kill(child)
  t.ok((await lengthIn(t, directory)).length >= 1)
})

t.test('notices that its directory was removed or replaced', async (t) => {
  for (const replaced of [false, true]) {
    const directory = join(t.testdir(), 'data')
    const store = await openStore(t, directory)
    await rename(directory, `${directory}-moved`)
    if (replaced) {
      await mkdir(directory)
      await writeFile(join(directory, 'lock'), '')
    }
    await t.rejects(store.barrier(), { code: 'STORE_FAILED', message: /removed or replaced/ })
    await t.rejects(store.close(), { code: 'STORE_FAILED' })
  }
})

t.test('opens after it was copied to another card', async (t) => {
  const directory = join(t.testdir(), 'data')
  const store = await openStore(t, directory)
  const core = await openCore(store)
  await append(core, 3)
  await core.close()
  await store.close()
  await promisify(execFile)('cp', ['-a', directory, join(t.testdirName, 'copy')])
  t.same(await lengthIn(t, join(t.testdirName, 'copy')), { length: 3, unclean: false })
  t.same(await lengthIn(t, directory), { length: 3, unclean: false })
})

t.test('opens whatever a cut or a copy left of the lock file of the library', async (t) => {
  const directory = t.testdir()
  await lengthIn(t, directory)
  for (const content of ['', 'device/inode=1\ndevice/created=1\n']) {
    await writeFile(join(directory, 'cores', 'CORESTORE'), content)
    t.same(await lengthIn(t, directory), { length: 0, unclean: false })
  }
})

t.test('a damaged database is set aside, and the new one takes what comes', async (t) => {
  const damages: [string, (database: string) => Promise<unknown>][] = [
    ['an empty CURRENT file', (database) => writeFile(join(database, 'CURRENT'), '')],
    ['a CURRENT file that is gone', (database) => rm(join(database, 'CURRENT'))],
    ['a MANIFEST that is gone', async (database) => rm(await fileOf(database, /^MANIFEST/))],
    ['a table that is cut short', async (database) => truncate(await fileOf(database, /\.sst$/), 10)]
  ]
  for (const [index, [what, damage]] of damages.entries()) {
    const directory = join(t.testdirName, String(index))
    await fill(t, directory)
    await damage(join(directory, 'cores', 'db'))
    const store = await openStore(t, directory)
    t.equal(store.rebuilt, true, what)
    t.equal(await store.damaged.areKept(), true)
    const core = await openCore(store)
    t.equal(core.length, 0)
    await append(core, 2)
    await core.close()
    await store.close()
    t.same(await lengthIn(t, directory), { length: 2, unclean: false })

    const again = await openStore(t, directory)
    t.equal(again.rebuilt, false)
    await again.damaged.forget()
    t.equal(await again.damaged.areKept(), false)
    await again.close()
  }
})

t.test('damage is told of, whether one value is read or one after the other', async (t) => {
  const directory = join(makeDirectory(t), 'hub')
  const store = await openStore(t, directory)
  // So many that what is read of the database when it opens lies elsewhere.
  for (let number = 0; number < 200; number++) {
    const core = new Hypercore(store.cores, generateKeyPair().publicKey, { compat: true })
    await core.ready()
    await core.close()
  }
  const core = await openCore(store)
  await core.close()
  await store.compact()
  await store.close()
  const database = join(directory, 'cores', 'db')
  for (const name of await readdir(database)) {
    if (!name.endsWith('.sst')) continue
    const content = await readFile(join(database, name))
    const place = content.indexOf(keyPair.publicKey)
    if (place < 0) continue
    content[place] = (content[place] ?? 0) ^ 1
    await writeFile(join(database, name), content)
  }
  const damaged = await openStore(t, directory)
  t.notOk(damaged.rebuilt)
  t.equal(damaged.hasUnreadable, false)
  for (const read of [
    async () => {
      await openCore(damaged)
    },
    async () => {
      const rows = []
      for await (const row of damaged.cores.db.iterator({})) rows.push(row)
    }
  ]) {
    const told = once(damaged, 'unreadable')
    await t.rejects(read())
    await told
  }
  t.ok(damaged.hasUnreadable)
})

t.test('a database that was condemned is set aside by the next start', async (t) => {
  const directory = t.testdir()
  const store = await openStore(t, directory)
  await store.damaged.condemn()
  await store.close()
  t.equal((await openStore(t, directory)).rebuilt, true)
})

t.test('a database that cannot be opened for another reason stays where it is', async (t) => {
  const directory = t.testdir()
  await lengthIn(t, directory)
  const current = join(directory, 'cores', 'db', 'CURRENT')
  await rename(current, `${current}-away`)
  await mkdir(current)
  await t.rejects(openStore(t, directory), { code: 'STORE_FAILED', message: /cannot be opened/ })
  await rmdir(current)
  await rename(`${current}-away`, current)
  t.equal((await lengthIn(t, directory)).length, 0)
})

/** A database with its content in a table, as after a run that was long enough. */
async function fill(t: Test, directory: string): Promise<void> {
  const store = await openStore(t, directory)
  const core = await openCore(store)
  await append(core, 3)
  await core.close()
  await store.close()
  await lengthIn(t, directory)
}

async function fileOf(directory: string, name: RegExp): Promise<string> {
  const found = (await readdir(directory)).find((candidate) => name.test(candidate))
  if (found === undefined) throw new Error(`no ${String(name)} in ${directory}`)
  return join(directory, found)
}

t.test('a hub that runs for long writes as it did in its first hour', async (t) => {
  const store = await openStore(t, makeDirectory(t))
  let failed = 0
  store.on('failed', () => failed++)
  // A batch is used again after each of these. What is laid around it once more every time is as deep as the stack in the end.
  for (let write = 0; write < LONG_RUN_WRITES; write++) {
    const batch = store.cores.db.write({ autoDestroy: true })
    await batch.flush()
  }
  t.equal(failed, 0)
  t.notOk(store.failed)
})
