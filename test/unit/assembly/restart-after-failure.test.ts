import Hypercore from 'hypercore'
import { EventEmitter } from 'node:events'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FAILED_STORE_MS, RestartAfterFailure } from '../../../service/assembly/restart-after-failure.ts'
import type { IntakeControl } from '../../../service/sync/intake-control.ts'
import type { DiskState } from '../../../service/system/disk-space.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { openStore } from '../storage/open-store.ts'

/** A hub whose card can be told to take nothing more, and how often it asked for a new start. */
async function openHub(t: Test) {
  const directory = makeDirectory(t)
  const keys = join(directory, 'keys')
  await mkdir(keys)
  const clock = new ManualClock()
  const card = { error: '', state: 'ok' as DiskState }
  const store = await openStore(t, directory, {
    clock,
    syncFile: async () => {
      if (card.error !== '') throw new Error(card.error)
    }
  })
  const intake = new EventEmitter()
  const restart = new RestartAfterFailure({
    directory,
    store,
    disk: {
      get space() {
        return { freeBytes: 0, totalBytes: 0, state: card.state }
      },
      look: async () => {}
    },
    intake: intake as IntakeControl,
    clock
  })
  await restart.ready()
  t.teardown(() => restart.close())
  let asked = 0
  restart.on('due', () => asked++)
  const fail = async (error: string) => {
    card.error = error
    // So that there is something to sync.
    const core = new Hypercore(store.cores, Buffer.alloc(32, 1), { compat: true })
    await core.close()
    await t.rejects(store.barrier(), { code: 'STORE_FAILED' })
  }
  return { keys, clock, card, intake, restart, fail, asked: () => asked }
}

t.test('a hub whose card works asks for nothing', async (t) => {
  const { clock, intake, asked } = await openHub(t)
  clock.move(10 * FAILED_STORE_MS)
  intake.emit('resumed')
  t.equal(asked(), 0)
})

t.test('a card that failed is read anew, when people had time to read what is wrong', async (t) => {
  const { clock, fail, asked } = await openHub(t)
  await fail('Input/output error')
  clock.move(FAILED_STORE_MS - 1)
  t.equal(asked(), 0)
  clock.move(1)
  t.equal(asked(), 1)
})

t.test('a data directory that was taken away is looked for until it is back', async (t) => {
  const { keys, clock, fail, asked } = await openHub(t)
  await fail('Input/output error')
  await rename(keys, `${keys}-away`)
  clock.move(3 * FAILED_STORE_MS)
  t.equal(asked(), 0, 'without its keys it would be another device')
  await rename(`${keys}-away`, keys)
  clock.move(FAILED_STORE_MS)
  t.equal(asked(), 1)
})

t.test('a card that is full waits for room, and then for nothing', async (t) => {
  const { clock, card, intake, fail, asked } = await openHub(t)
  card.state = 'full'
  await fail('No space left on device')
  clock.move(3 * FAILED_STORE_MS)
  t.equal(asked(), 0)
  card.state = 'low'
  intake.emit('resumed')
  t.equal(asked(), 1)
})

t.test('a write that found no room on a card that has room again waits for nothing', async (t) => {
  const { fail, asked } = await openHub(t)
  await fail('No space left on device')
  await new Promise(setImmediate)
  t.equal(asked(), 1)
})

t.test('leaves no timer behind', async (t) => {
  const { clock, restart, fail } = await openHub(t)
  await fail('Input/output error')
  await restart.close()
  t.equal(clock.pendingFor(FAILED_STORE_MS), 0)
})
