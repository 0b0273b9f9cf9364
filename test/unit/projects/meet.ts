import type Hypercore from 'hypercore'
import type { Test } from 'tap'
import type { Project } from '../../../service/projects/project.ts'
import type { UnprovenCore } from '../../../service/projects/unproven-cores.ts'
import { until } from '../../support/until.ts'
import { Device, type TestProject } from './device.ts'

/** A device that the hub has not heard of names its auth core and is connected. */
export async function meet(t: Test, project: Project, device: Device): Promise<UnprovenCore> {
  const key = device.keyOf('auth')
  const opened = new Promise<UnprovenCore>((resolve) => {
    project.unproven.on('opened', (core) => {
      if (core.key === key) resolve(core)
    })
  })
  project.considerAuthCores([device.cores.auth.key], device.deviceId)
  const unproven = await opened
  replicate(t, unproven.core, device.cores.auth)
  return unproven
}

/** Connects the creator's auth core, which the hub has from the start. */
export function meetCreator(t: Test, project: Project, creator: Device): void {
  replicate(t, project.creatorCore.core, creator.cores.auth)
  project.creatorCore.core.download({ start: 0, end: -1 })
}

/** A creator and one member that it has invited, both known to the hub. */
export async function meetMember(t: Test, made: TestProject, project: Project) {
  const creator = await Device.openCreator(t, made)
  const member = await Device.open(t, made)
  await creator.writeOwnership()
  await member.writeOwnership()
  await creator.writeRole(member.deviceId, 'member')
  await meet(t, project, member)
  meetCreator(t, project, creator)
  await until(() => project.cores.of(member.deviceId, 'blob') !== undefined)
  return { creator, member }
}

/** Connects two copies of one core, each way, until the test ends. */
export function replicate(t: Test, near: Hypercore, far: Hypercore): void {
  const [left, right] = [
    near.replicate(true, { keepAlive: false }),
    far.replicate(false, { keepAlive: false })
  ]
  // The streams of hypercore are streamx ones, which have pipe; the ambient type names only what the hub uses.
  const pipe = (from: unknown, to: unknown) => (from as { pipe(to: unknown): unknown }).pipe(to)
  pipe(pipe(left, right), left)
  for (const stream of [left, right]) stream.on('error', () => {})
  t.teardown(() => left.destroy())
}
