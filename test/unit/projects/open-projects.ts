import type { FileHandle } from 'node:fs/promises'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { DeviceIdentity } from '../../../service/identity/device-identity.ts'
import { Projects } from '../../../service/projects/projects.ts'
import type { Store } from '../../../service/storage/store.ts'
import { openStore } from '../storage/open-store.ts'

const logger = pino({ level: 'silent' })

export interface Hub {
  projects: Projects
  identity: DeviceIdentity
  store: Store
  close(): Promise<void>
}

interface Edges {
  hubName?: () => string
  clock?: Clock
  syncFile?: (file: FileHandle) => Promise<void>
}

/** The projects of a hub whose data directory is `directory`, not open yet. */
export async function makeProjects(t: Test, directory: string, edges: Edges = {}): Promise<Hub> {
  const { clock = systemClock, hubName = () => 'Camp', syncFile } = edges
  const identity = new DeviceIdentity({ directory, logger })
  await identity.ready()
  const store = await openStore(t, directory, syncFile ? { syncFile } : {})
  const projects = new Projects({ directory, identity, store, hubName, clock, logger })
  const close = async () => {
    await projects.close()
    await store.close()
  }
  t.teardown(close)
  return { projects, identity, store, close }
}

export async function openProjects(t: Test, directory: string, edges?: Edges): Promise<Hub> {
  const hub = await makeProjects(t, directory, edges)
  await hub.projects.ready()
  return hub
}
