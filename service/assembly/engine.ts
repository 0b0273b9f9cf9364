import type { ProjectId } from '../ids.ts'
import { Leaving } from '../leaving/leaving.ts'
import { Mirrors } from '../mirror/mirrors.ts'
import { Peers } from '../peers/peers.ts'
import { Invites } from '../projects/invites.ts'
import { MembersWatch } from '../projects/members-watch.ts'
import { Projects } from '../projects/projects.ts'
import { LedgerKeeper } from '../sealing/ledger-keeper.ts'
import { Sealing } from '../sealing/sealing.ts'
import { BlockRepair } from '../sync/block-repair.ts'
import { heldBlocks } from '../sync/blocks-known.ts'
import { Deliveries } from '../sync/deliveries.ts'
import { ExchangeTotals } from '../sync/exchange-totals.ts'
import { IntakeControl } from '../sync/intake-control.ts'
import { Salvage } from '../sync/salvage.ts'
import { ServiceWatch } from '../sync/service-watch.ts'
import { SessionHistory } from '../sync/session-history.ts'
import { Sync } from '../sync/sync.ts'
import { memoryLimit } from '../system/memory-limit.ts'
import type { Foundation } from './foundation.ts'
import type { Keeping } from './keeping.ts'
import { RestartAfterFailure } from './restart-after-failure.ts'
import { buildWifi } from './wifi.ts'

/** In the key ring. Must never change. */
const mirrorSecret = (projectId: ProjectId) => `mirrors/${projectId}`

/** Devices, projects, the exchange between them, and the mirrors of what it brought. */
export type Engine = Awaited<ReturnType<typeof openEngine>>

export async function openEngine(foundation: Foundation, keeping: Keeping) {
  const { config, clock, parts, loggerOf } = foundation
  const { identity, keyRing, vault, store, disk, warnings, lengths, hubName } = keeping
  const peers = new Peers({
    keyPair: identity.keyPair,
    port: config.syncPort,
    ownInfo: () => ({ name: hubName(), deviceType: 'desktop', features: ['ack'] }),
    memoryBytes: memoryLimit(),
    clock,
    logger: loggerOf('peers')
  })
  const network = await buildWifi(foundation, keeping, peers)

  const projects = await parts.open(
    new Projects({
      directory: config.data,
      identity,
      vault,
      store,
      lengths,
      eraseSecrets: (projectId) =>
        keyRing.eraseSecrets([vault.secretName(projectId), mirrorSecret(projectId)]),
      hubName,
      clock,
      logger: loggerOf('projects')
    })
  )
  await parts.open(new MembersWatch({ projects, notices: warnings }))
  const sync = new Sync({ peers, projects, store, clock, logger: loggerOf('sync') })
  peers.on('copy-met', () => warnings.raise('hub-copied'))
  sync.on('conflict', ({ owner }) => {
    if (owner === identity.deviceId) warnings.raise('hub-copied')
    else warnings.raise('core-conflict', owner === null ? {} : { deviceId: owner })
  })
  await parts.open(sync)
  const intake = await parts.open(
    new IntakeControl({ disk, warnings, store, projects, sync, clock, logger: loggerOf('sync') })
  )
  const restart = await parts.open(
    new RestartAfterFailure({ directory: config.data, store, disk, intake, clock })
  )
  restart.on('due', () => foundation.requestStop('restart'))
  const repair = await parts.open(
    new BlockRepair({ store, projects, sync, notices: warnings, logger: loggerOf('storage') })
  )
  repair.on('beyond-repair', () => foundation.requestStop('restart'))

  await parts.open(new Salvage({ damaged: store.damaged, projects, sync, logger: loggerOf('storage') }))

  const history = await parts.open(new SessionHistory({ clock, logger: loggerOf('sync') }))
  const totals = await parts.open(new ExchangeTotals({ history, logger: loggerOf('sync') }))
  const deliveries = await parts.open(new Deliveries({ sync, clock, logger: loggerOf('sync') }))
  sync.on('core-changed', ({ discoveryKey, core }) =>
    lengths.note(discoveryKey, { length: core.length, held: heldBlocks(core).size })
  )
  sync.on('session-started', (session) => history.begin(session))
  sync.on('session-ended', (session) => history.end(session))
  const invites = await parts.open(
    new Invites({
      peers,
      projects,
      policy: config.invites,
      isServedBy: (project, inviter) => sync.isServedBy(project, inviter),
      clock,
      logger: loggerOf('invites')
    })
  )
  invites.on('joined', (project, inviter) => sync.joinedThrough(project, inviter))
  sync.on('measured', () => {
    for (const { phase, project, peer } of sync.sessions()) {
      if (phase !== 'up-to-date' || !projects.isRestored(project.id)) continue
      if (!project.members.isActive(peer.deviceId)) continue
      projects
        .confirmRestored(project.id)
        .catch((err: unknown) =>
          loggerOf('projects').error({ err }, 'a restored project is not written to yet')
        )
    }
  })
  const watch = await parts.open(new ServiceWatch({ sync, clock, logger: loggerOf('sync') }))

  // The mirrors read what the engine took in, while the keys are at hand.
  const mirrors = await parts.open(
    new Mirrors({
      store,
      keyFile: (projectId) => keyRing.secret(mirrorSecret(projectId)),
      clock,
      logger: loggerOf('mirror')
    })
  )
  const ledger = new LedgerKeeper({
    store,
    users: [history, totals, deliveries],
    keyFile: keyRing.secret('ledger'),
    logger: loggerOf('storage')
  })
  const sealing = await parts.open(
    new Sealing({ keyRing, identity, projects, mirrors, ledger, store, logger: loggerOf('sealing') })
  )
  const leaving = await parts.open(new Leaving({ projects, sealing, deliveries }))
  // Last of the engine, so that the first phone that dials finds all of it.
  await parts.open(peers)
  if (network !== null) await parts.open(network)
  return {
    peers,
    network,
    projects,
    sync,
    intake,
    history,
    totals,
    deliveries,
    invites,
    watch,
    mirrors,
    sealing,
    leaving
  }
}
