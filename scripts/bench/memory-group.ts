import { existsSync } from 'node:fs'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Owner } from './owner.ts'

const GROUPS = '/sys/fs/cgroup/memory'

/** Whether this machine has no cgroups for memory (version 1) that we may make. */
export function memoryGroupsMissing(): boolean {
  return process.getuid?.() !== 0 || !existsSync(join(GROUPS, 'memory.limit_in_bytes'))
}

/** A cgroup whose processes are killed when they take more. It goes with its owner, after those who run in it. */
export async function makeMemoryGroup(owner: Owner, limitBytes: number): Promise<string> {
  const directory = join(GROUPS, `waystation-bench-${process.pid}`)
  await mkdir(directory)
  owner.teardown(() => rmdir(directory))
  await writeFile(join(directory, 'memory.limit_in_bytes'), String(limitBytes))
  return directory
}
