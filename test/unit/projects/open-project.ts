import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock, type Clock } from '../../../service/clock.ts'
import { DeviceIdentity } from '../../../service/identity/device-identity.ts'
import { NAMESPACES, type Namespace } from '../../../service/ids.ts'
import type { JoinDetails } from '../../../service/projects/join-details.ts'
import type { ProjectUnlock } from '../../../service/projects/own-part.ts'
import { Project, type OwnershipMemory } from '../../../service/projects/project.ts'
import type { Store } from '../../../service/storage/store.ts'
import { openStore } from '../storage/open-store.ts'

const logger = pino({ level: 'silent' })

export interface Opened {
  project: Project
  store: Store
  identity: DeviceIdentity
  close(): Promise<void>
}

/** An unlocked project of the hub whose data directory is `directory`; what is there from an earlier run is found again. */
export async function openProject(
  t: Test,
  directory: string,
  details: JoinDetails,
  edges: { clock?: Clock; memory?: OwnershipMemory } = {}
): Promise<Opened> {
  const identity = new DeviceIdentity({ directory, logger })
  await identity.ready()
  const store = await openStore(t, directory)
  const project = makeHubProject({ directory, details, identity, store, ...edges })
  await project.ready()
  await project.unlock(unlockWith(details, identity))
  const close = async () => {
    await project.close()
    await store.close()
  }
  t.teardown(close)
  return { project, store, identity, close }
}

export function makeHubProject(parts: {
  directory: string
  details: JoinDetails
  identity: DeviceIdentity
  store: Store
  clock?: Clock
  memory?: OwnershipMemory
  outboxPath?: (namespace: Namespace) => string
}): Project {
  const { directory, details, identity, store, clock = systemClock, memory = forgetful() } = parts
  return new Project({
    keys: {
      projectKey: details.projectKey,
      authKey: details.encryptionKeys.auth,
      joinedAt: details.joinedAt,
      ownCores: null,
      departure: null
    },
    own: { deviceId: identity.deviceId, identity: identity.keyPair },
    store,
    outboxPath: parts.outboxPath ?? ((namespace) => join(directory, 'outbox', namespace)),
    memory,
    clock,
    logger
  })
}

export function unlockWith(details: JoinDetails, identity: DeviceIdentity): ProjectUnlock {
  return {
    secrets: details,
    coreKeyPairs: Object.fromEntries(
      NAMESPACES.map((ns) => [ns, identity.coreKeyPair(ns, details.projectKey)])
    ) as ProjectUnlock['coreKeyPairs']
  }
}

/** A memory of members that lasts as long as the test. */
export function forgetful(): OwnershipMemory {
  let kept: Awaited<ReturnType<OwnershipMemory['load']>> = []
  return {
    load: async () => kept,
    save: async (accepted) => {
      kept = [...accepted]
    }
  }
}
