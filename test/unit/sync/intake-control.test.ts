import Hypercore from 'hypercore'
import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { DeviceId } from '../../../service/ids.ts'
import type { ProjectCore } from '../../../service/projects/project-cores.ts'
import type { Projects } from '../../../service/projects/projects.ts'
import type { Store } from '../../../service/storage/store.ts'
import { IntakeControl } from '../../../service/sync/intake-control.ts'
import type { Intake } from '../../../service/sync/intake.ts'
import type { Sync } from '../../../service/sync/sync.ts'
import type { DiskState } from '../../../service/system/disk-space.ts'
import type { DiskWatch } from '../../../service/system/disk-watch.ts'
import { Warnings } from '../../../service/system/warnings.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { generateKeyPair } from '../storage/key-pair.ts'
import { openStore } from '../storage/open-store.ts'
import { projectCoreOf } from './catalog.ts'

const ANA = 'a'.repeat(64) as DeviceId
const BEN = 'b'.repeat(64) as DeviceId
const CARD_BYTES = 4_000

/** A control over a card whose state the test decides, an exchange that only remembers, and these cores. */
async function openControl(t: Test, cores: ProjectCore[] = []) {
  const clock = new ManualClock()
  const disk = Object.assign(new EventEmitter(), {
    space: { freeBytes: 0, totalBytes: CARD_BYTES, state: 'ok' },
    noteWritten: () => {}
  })
  let reserves = 0
  const takeReserve = async () => void reserves++
  const store = Object.assign(new EventEmitter(), { failed: false, takeReserve })
  const hungUp: string[] = []
  const session = { peer: { disconnect: (reason: string) => hungUp.push(reason) } }
  let admitted: Intake | null = null
  const sync = Object.assign(new EventEmitter(), {
    sessions: () => [session],
    admit: (intake: Intake) => (admitted = intake)
  })
  const warnings = new Warnings({ clock })
  const control = new IntakeControl({
    disk: disk as unknown as DiskWatch,
    warnings,
    store: store as unknown as Store,
    projects: { all: () => [{ cores: { all: () => cores } }] } as unknown as Projects,
    sync: sync as unknown as Sync,
    clock,
    logger: pino({ level: 'silent' })
  })
  await control.ready()
  t.teardown(() => control.close())
  const become = (state: DiskState) => {
    disk.space = { ...disk.space, state }
    disk.emit('changed', disk.space)
  }
  const intake = (): Intake => {
    if (admitted === null) throw new Error('nothing was admitted')
    return admitted
  }
  const warned = () => warnings.all().map(({ code, deviceId }) => (deviceId ? [code, deviceId] : [code]))
  return { control, clock, store, become, intake, warned, hungUp, reserves: () => reserves }
}

/** A core of so many blocks of a hundred bytes. */
async function openCore(t: Test, store: Store, owner: DeviceId, namespace: 'blob' | 'data', blocks: number) {
  const keyPair = generateKeyPair()
  const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
  await core.ready()
  t.teardown(() => core.close())
  if (blocks > 0) await core.append(Array.from({ length: blocks }, () => Buffer.alloc(100)))
  return { ...projectCoreOf(core, namespace), owner }
}

t.test('as room gets short originals stop first, then everything, and it is said', async (t) => {
  const { become, intake, warned } = await openControl(t)
  t.match(intake(), { documents: true, photos: 'all' })
  t.same(warned(), [])
  become('low')
  t.match(intake(), { documents: true, photos: 'all' })
  t.same(warned(), [['storage-low']])
  become('no-originals')
  t.match(intake(), { documents: true, photos: 'small' })
  t.same(warned(), [['originals-paused']])
  become('full')
  t.match(intake(), { documents: false, photos: 'none' })
  t.same(warned(), [['intake-paused']])
  become('ok')
  t.match(intake(), { documents: true, photos: 'all' })
  t.same(warned(), [])
})

t.test('when a full card has room again, connections are made anew, and only then', async (t) => {
  const { control, become, hungUp } = await openControl(t)
  let resumed = 0
  control.on('resumed', () => resumed++)
  become('low')
  become('no-originals')
  become('full')
  t.same([resumed, hungUp.length], [0, 0])
  become('no-originals')
  t.same([resumed, hungUp.length], [1, 1])
  become('ok')
  t.same([resumed, hungUp.length], [1, 1])
})

t.test('a card that takes no data stops everything, whatever room there is', async (t) => {
  const { store, become, intake, warned } = await openControl(t)
  store.failed = true
  store.emit('failed')
  t.match(intake(), { documents: false, photos: 'none' })
  t.same(warned(), [['storage-failed']])
  become('full')
  t.same(warned(), [['intake-paused']], 'a write that failed for want of room')
  become('ok')
  t.match(intake(), { documents: false, photos: 'none' })
  t.same(warned(), [['storage-failed']])
})

t.test('who fills more than a quarter of the card is named and waits while room is short', async (t) => {
  const store = await openStore(t, makeDirectory(t))
  const photosOfAna = await openCore(t, store, ANA, 'blob', 11)
  const documentsOfAna = await openCore(t, store, ANA, 'data', 9)
  const photosOfBen = await openCore(t, store, BEN, 'blob', 10)
  const { clock, become, intake, warned } = await openControl(t, [photosOfAna, documentsOfAna, photosOfBen])
  const held = () => [photosOfAna, documentsOfAna, photosOfBen].filter((core) => intake().isHeldBack(core))
  t.same([held(), warned()], [[], []], 'nobody waits while there is room')
  become('low')
  t.same(held(), [photosOfAna])
  t.same(warned(), [['storage-low'], ['writer-over-share', ANA]])
  await photosOfBen.core.append(Buffer.alloc(100))
  clock.move(10_000)
  t.same(held(), [photosOfAna, photosOfBen])
  become('ok')
  t.same([held(), warned()], [[], []])
})

t.test('room is held in reserve unless the card is full', async (t) => {
  const { control, become, reserves } = await openControl(t)
  become('full')
  become('low')
  await control.close()
  t.equal(reserves(), 2, 'at the start, and when there was room again')
})
