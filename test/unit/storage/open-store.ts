import { pino } from 'pino'
import type { FileHandle } from 'node:fs/promises'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { Store } from '../../../service/storage/store.ts'
import type { DeviceOwner } from '../../support/device-owner.ts'

const logger = pino({ level: 'silent' })

/** A store on a real directory, closed at the end of the test. */
export async function openStore(
  t: DeviceOwner,
  directory: string,
  edges: { clock?: Clock; syncFile?: (file: FileHandle) => Promise<void> } = {}
): Promise<Store> {
  const store = new Store({ directory, logger, clock: systemClock, ...edges })
  await store.ready()
  t.teardown(() => store.close().catch(() => {}))
  return store
}
