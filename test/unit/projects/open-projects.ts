import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { DeviceIdentity } from '../../../service/identity/device-identity.ts'
import type { KeyRing } from '../../../service/identity/key-ring.ts'
import type { DiscoveryKey, ProjectId } from '../../../service/ids.ts'
import { ProjectVault } from '../../../service/projects/project-vault.ts'
import { Projects } from '../../../service/projects/projects.ts'
import type { Store } from '../../../service/storage/store.ts'
import { openKeyRing } from '../identity/open-key-ring.ts'
import { openStore } from '../storage/open-store.ts'

const logger = pino({ level: 'silent' })

export interface Hub {
  projects: Projects
  identity: DeviceIdentity
  keyRing: KeyRing
  vault: ProjectVault
  store: Store
  /** What was deleted on purpose. */
  forgotten: DiscoveryKey[]
  close(): Promise<void>
}

interface Edges {
  hubName?: () => string
  clock?: Clock
  syncFile?: (file: FileHandle) => Promise<void>
  eraseSecrets?: (id: ProjectId) => Promise<void>
}

/** The projects of a hub whose data directory is `directory`, not open yet, and locked. */
export async function makeProjects(t: Test, directory: string, edges: Edges = {}): Promise<Hub> {
  const { clock = systemClock, hubName = () => 'Camp', syncFile } = edges
  const identity = new DeviceIdentity({ directory, logger })
  await identity.ready()
  const keyRing = await openKeyRing(join(directory, 'keys'))
  const vault = new ProjectVault({
    directory: join(directory, 'keys', 'ready'),
    key: identity.readySecretFor('projects'),
    secret: (name) => keyRing.secret(name)
  })
  const store = await openStore(t, directory, syncFile ? { syncFile } : {})
  const forgotten: DiscoveryKey[] = []
  const projects = new Projects({
    directory,
    identity,
    vault,
    store,
    lengths: { forget: async (discoveryKeys) => void forgotten.push(...discoveryKeys) },
    eraseSecrets: edges.eraseSecrets ?? ((id) => keyRing.eraseSecrets([vault.secretName(id)])),
    hubName,
    clock,
    logger
  })
  const close = async () => {
    await projects.close()
    await store.close()
  }
  t.teardown(close)
  return { projects, identity, keyRing, vault, store, forgotten, close }
}

/** The same, open and unlocked, unless it is to stay locked. */
export async function openProjects(
  t: Test,
  directory: string,
  { locked = false, ...edges }: Edges & { locked?: boolean } = {}
): Promise<Hub> {
  const hub = await makeProjects(t, directory, edges)
  await hub.projects.ready()
  if (!locked) await hub.projects.unlock()
  return hub
}
