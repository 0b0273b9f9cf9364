import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pino } from 'pino'
import { runCommandLine } from '../../../service/cli/program.ts'
import { systemClock } from '../../../service/clock.ts'
import type { Config } from '../../../service/config.ts'
import { WebServer } from '../../../service/web/web-server.ts'
import { MemoryHub } from '../web/memory-hub.ts'

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

/** The web server of a hub in memory, on a free port of this machine, with its keys below `data`. */
export async function openHub(t: Test) {
  const hub = new MemoryHub()
  const data = join(t.testdir(), 'data')
  const keysDirectory = join(data, 'keys')
  await mkdir(keysDirectory, { recursive: true })
  const server = new WebServer({
    services: hub,
    address: { host: '127.0.0.1', port: 0 },
    encryptedAddress: null,
    keysDirectory,
    pageDirectory: null,
    clock: systemClock,
    logger: pino({ level: 'silent' })
  })
  await server.ready()
  t.teardown(() => server.close())
  return { hub, data, keysDirectory, url: server.url, http: new URL(server.url).host }
}

/** Runs one command in this process, and tells what it printed and how it ended. */
export async function runCommand(
  args: readonly string[],
  { env = {}, serve }: { env?: NodeJS.ProcessEnv; serve?: (config: Config) => Promise<number> } = {}
) {
  const stdout = new TextSink()
  const stderr = new TextSink()
  const exitCode = await runCommandLine(args, {
    env,
    stdin: Readable.from([]),
    stdout,
    stderr,
    serve: serve ?? (() => Promise.reject(new Error('not asked for')))
  })
  return { exitCode, stdout: stdout.text, stderr: stderr.text }
}

class TextSink extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
