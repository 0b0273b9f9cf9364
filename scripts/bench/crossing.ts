import type { JoinDetails } from '../../test/phones/commands.ts'
import { startPhone } from '../../test/phones/phone.ts'
import type { Camper } from '../../test/support/camp.ts'
import { inviteDirectly } from '../../test/support/invite-directly.ts'
import { openWire } from '../../test/support/wire.ts'
import { running, startWaystation, type Center } from './center.ts'
import { Owner } from './owner.ts'
import { cpuSecondsOf } from './process-usage.ts'

/** What one phone has and the other gets. */
export interface Cargo {
  readonly observations: number
  readonly photosEach: number
  /** Of an original; its preview has a tenth and its thumbnail a fiftieth of that. */
  readonly photoBytes: number
}

export interface Crossing {
  /** From the press on Start, on both phones at once, until the second one has everything. */
  readonly seconds: number
  /** Null when there was no hub in between. */
  readonly hubCpuSeconds: number | null
  readonly phonesCpuSeconds: number
}

/** CoMapeo keeps files in blocks of 64 KiB (CoMapeo peer protocol: hyperblobs). */
export const FILE_BLOCK_BYTES = 65_536
const VARIANT_DIVISORS = [1, 10, 50]
/** Hundreds of photos on a busy machine take longer than a test allows; ends waits that would never end. */
const LIMIT_MS = 600_000

/** What a crossing is made in. */
export interface Surroundings {
  /** Of each phone's way to the hub; as fast as this machine when absent. */
  readonly bytesPerSecond?: number
  /** Begins when all are connected and nobody has pressed Start, and goes on to the end. */
  readonly meanwhile?: (owner: Owner, hub: Center, secrets: JoinDetails) => Promise<void>
}

/** Everything that one phone has goes to another one that is connected to the hub alone, both at the same time. */
export function crossThroughHub(cargo: Cargo, surroundings: Surroundings = {}): Promise<Crossing> {
  const { bytesPerSecond, meanwhile } = surroundings
  return Owner.with(async (owner) => {
    const [hub, ana, ben] = await Promise.all([
      startWaystation(owner),
      phone(owner, 'Ana'),
      phone(owner, 'Ben')
    ])
    const sender = { phone: ana, project: await ana.createProject('Forest') }
    await hub.join(sender)
    const receiver = {
      phone: ben,
      project: await inviteDirectly({ inviter: ana, project: sender.project }, ben)
    }
    for (const phone of [ana, ben]) {
      const way = bytesPerSecond === undefined ? hub : await openWire(owner, hub.address, { bytesPerSecond })
      await phone.disconnect()
      await phone.dial(way.address)
    }
    const secrets = await ben.joinDetails()
    const begin = () => meanwhile?.(owner, hub, secrets)
    return cross({ sender, receiver, cargo, hubPid: hub.pid, begin })
  })
}

/** The same between two phones that are connected with each other. */
export function crossDirectly(cargo: Cargo): Promise<Crossing> {
  return Owner.with(async (owner) => {
    const [ana, ben] = await Promise.all([phone(owner, 'Ana'), phone(owner, 'Ben')])
    const sender = { phone: ana, project: await ana.createProject('Forest') }
    const receiver = {
      phone: ben,
      project: await inviteDirectly({ inviter: ana, project: sender.project }, ben)
    }
    return cross({ sender, receiver, cargo, hubPid: null })
  })
}

/** Bytes of all photos in all sizes. */
export function photoBytesOf({ observations, photosEach, photoBytes }: Cargo): number {
  return observations * photosEach * sum(VARIANT_DIVISORS.map((divisor) => Math.round(photoBytes / divisor)))
}

/** Blocks that these files take. */
export function photoBlocksOf({ observations, photosEach, photoBytes }: Cargo): number {
  const blocks = VARIANT_DIVISORS.map((divisor) =>
    Math.ceil(Math.round(photoBytes / divisor) / FILE_BLOCK_BYTES)
  )
  return observations * photosEach * sum(blocks)
}

async function cross(parts: {
  sender: Camper
  receiver: Camper
  cargo: Cargo
  hubPid: number | null
  begin?: () => Promise<void> | undefined
}): Promise<Crossing> {
  const { sender, receiver, cargo, hubPid, begin } = parts
  const taken = await sender.project.observeMany(cargo.observations, {
    photos: cargo.photosEach,
    photoBytes: cargo.photoBytes
  })
  const photos = taken.flatMap((observation) => observation.photos)
  await begin?.()
  const pids = [sender, receiver].map(({ phone }) => running(phone.pid))
  const hubPids = hubPid === null ? [] : [hubPid]
  const [phonesBefore, hubBefore] = await Promise.all([cpuSecondsOf(pids), cpuSecondsOf(hubPids)])
  const started = performance.now()
  await Promise.all([sender.project.startSync(), receiver.project.startSync()])
  await receiver.project.waitForVersions(taken)
  for (const variant of ['original', 'preview', 'thumbnail'] as const) {
    await receiver.project.waitForPhotos(photos, variant)
  }
  const seconds = (performance.now() - started) / 1000
  const [phonesAfter, hubAfter] = await Promise.all([cpuSecondsOf(pids), cpuSecondsOf(hubPids)])
  return {
    seconds,
    hubCpuSeconds: hubPid === null ? null : hubAfter - hubBefore,
    phonesCpuSeconds: phonesAfter - phonesBefore
  }
}

function phone(owner: Owner, name: string) {
  return startPhone(owner, { version: '7.1.0', name, limitMs: LIMIT_MS })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
