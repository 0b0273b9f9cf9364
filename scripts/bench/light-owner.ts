import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeviceOwner } from '../../test/support/device-owner.ts'

/** Does `work` with light devices, then ends them and removes what they kept. */
export async function withLightDevices<T>(work: (owner: DeviceOwner) => Promise<T>): Promise<T> {
  const releases: (() => unknown)[] = []
  const testdirName = await mkdtemp(join(tmpdir(), 'light-'))
  try {
    return await work({ testdirName, teardown: (release) => void releases.push(release) })
  } finally {
    for (const release of releases.reverse()) await release()
    await rm(testdirName, { recursive: true, force: true })
  }
}
