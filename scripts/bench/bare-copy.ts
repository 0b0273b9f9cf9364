import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { running } from './center.ts'
import type { FloorMessage } from './floor-process.ts'
import { Owner } from './owner.ts'
import { cpuSecondsOf } from './process-usage.ts'

const PROCESS = fileURLToPath(new URL('floor-process.ts', import.meta.url))

/** What it costs to bring blocks from one core to its copy, and nothing else. */
export interface BareCopy {
  readonly seconds: number
  /** Of both ends together: a hub that relays a block does the work of one receiver and one sender. */
  readonly cpuSeconds: number
}

/** One core is copied from a process to another one over a loopback socket with Noise. */
export function copyBare({ blocks, blockBytes }: { blocks: number; blockBytes: number }): Promise<BareCopy> {
  return Owner.with(async (owner) => {
    const source = await start(owner, 'source', [blocks, blockBytes])
    const { port, key } = await message(source, 'serving')
    const copy = await start(owner, 'copy', [port, key, blocks])
    await message(copy, 'ready')
    const pids = [running(source.pid), running(copy.pid)]
    const before = await cpuSecondsOf(pids)
    const started = performance.now()
    copy.send('go')
    await message(copy, 'done')
    const seconds = (performance.now() - started) / 1000
    return { seconds, cpuSeconds: (await cpuSecondsOf(pids)) - before }
  })
}

async function start(owner: Owner, role: 'source' | 'copy', rest: readonly (string | number)[]) {
  const directory = await mkdtemp(join(tmpdir(), 'bare-'))
  owner.teardown(() => rm(directory, { recursive: true, force: true }))
  const child = fork(PROCESS, [role, directory, ...rest.map(String)], { execArgv: ['--import', 'tsx'] })
  owner.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  return child
}

/** The next message of a process, which is of this kind. Fails when the process ends instead. */
async function message<K extends FloorMessage['is']>(
  child: ChildProcess,
  kind: K
): Promise<Extract<FloorMessage, { is: K }>> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`one end of the copy ended before it was ${kind}`))
    child.once('close', ended)
    child.once('message', (received: FloorMessage) => {
      child.off('close', ended)
      if (isOf(received, kind)) resolve(received)
      else reject(new Error(`${received.is} instead of ${kind}`))
    })
  })
}

function isOf<K extends FloorMessage['is']>(
  message: FloorMessage,
  kind: K
): message is Extract<FloorMessage, { is: K }> {
  return message.is === kind
}
