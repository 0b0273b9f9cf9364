import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock } from '../../../service/clock.ts'
import { BlockRepair } from '../../../service/sync/block-repair.ts'
import { Sync } from '../../../service/sync/sync.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { openPeers } from '../peers/open-peers.ts'
import { Device, makeProject, type TestProject } from '../projects/device.ts'
import { openProjects } from '../projects/open-projects.ts'
import { Phone } from './phone.ts'

const logger = pino({ level: 'silent' })
/** So many large blocks there are: they lie beside the tables of the database. */
export const LARGE_BLOCKS = 4
const LARGE_BLOCK_BYTES = 65_536

/** A hub that repairs what its card damages, and all that it told people. */
export async function openHub(t: Test, directory: string, { locked = false } = {}) {
  const { projects, identity, store, ...hub } = await openProjects(t, directory, { locked })
  const peers = await openPeers(t, { keyPair: identity.keyPair })
  const sync = new Sync({ peers, projects, store, clock: systemClock, logger })
  await sync.ready()
  const told: (number | 'over')[] = []
  const makeRepair = () =>
    new BlockRepair({
      store,
      projects,
      sync,
      notices: { raise: (_, { count }) => told.push(count), clear: () => told.push('over') },
      logger
    })
  const repair = makeRepair()
  await repair.ready()
  const close = async () => {
    await peers.close()
    await repair.close()
    await sync.close()
    await hub.close()
  }
  t.teardown(close)
  return { projects, identity, store, peers, sync, repair, makeRepair, told, close }
}

/** The creator's phone comes, and brings what the hub lacks. */
export async function come(
  t: Test,
  { peers }: { peers: { port: number } },
  made: TestProject,
  creator: Device
) {
  const phone = await Phone.connect(t, peers.port, made, creator)
  await phone.openProject()
  phone.exchange()
  return phone
}

/**
 * A hub that was stopped, with all that one phone brought it.
 * @param namespace where the large blocks are
 */
export async function openCamp(t: Test, namespace: 'blob' | 'data' = 'blob') {
  const directory = join(makeDirectory(t), 'hub')
  const hub = await openHub(t, directory)
  const made = makeProject()
  await hub.projects.keep(made.details)
  await hub.projects.open(made.details)
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(hub.identity.deviceId, 'member')
  const blocks = Array.from({ length: LARGE_BLOCKS }, () => randomBytes(LARGE_BLOCK_BYTES))
  await creator.cores[namespace].append(blocks)
  await come(t, hub, made, creator)
  const copy = () => hub.projects.all()[0]?.cores.of(creator.deviceId, namespace)?.core
  await until(() => copy()?.contiguousLength === LARGE_BLOCKS)
  // From the log into files of their own.
  await hub.store.compact()
  await hub.close()
  return { directory, made, creator }
}
