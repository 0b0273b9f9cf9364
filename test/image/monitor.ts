import { once } from 'node:events'
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'

/** A command of QEMU's machine protocol (QMP). */
export interface MonitorCommand {
  execute: string
  arguments?: Record<string, unknown>
}

/**
 * Gives a running machine commands, one after the other.
 * @returns what it answered to each
 * @throws when it refuses one
 */
export async function askMonitor(path: string, commands: readonly MonitorCommand[]): Promise<unknown[]> {
  const answers: unknown[] = []
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
    await lines.next() // a greeting, and nothing is taken before the first command was answered
    for (const command of [{ execute: 'qmp_capabilities' }, ...commands]) {
      socket.write(`${JSON.stringify(command)}\n`)
      for (;;) {
        const next = await lines.next()
        if (next.done === true) throw new Error(`the machine ended before it answered ${command.execute}`)
        // Events come between the answers.
        const answer = JSON.parse(next.value) as { return?: unknown; error?: { desc: string } }
        if (answer.error !== undefined) throw new Error(`${command.execute}: ${answer.error.desc}`)
        if (answer.return === undefined) continue
        answers.push(answer.return)
        break
      }
    }
    return answers.slice(1)
  } finally {
    socket.destroy()
  }
}
