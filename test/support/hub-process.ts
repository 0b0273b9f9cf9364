import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PeerAddress } from '../phones/commands.ts'
import type { PhoneOwner } from '../phones/phone.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FROM_SOURCE = ['--import', 'tsx', join(ROOT, 'service', 'main.ts')]
const AS_BUILT = [join(ROOT, 'dist', 'service', 'main.js')]
// How long a start and a stop may take before the test fails. Ends waits that would never end, measures nothing.
const READY_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 30_000
const LINE_LIMIT_MS = 90_000
// Enough for the stack of an uncaught error and what led to it.
const KEPT_LINES = 2_000
const SHOWN_LINES = 40

export interface HubOptions {
  /** "Base camp" when absent; null leaves it to the settings of the hub. */
  name?: string | null
  /** A folder to be the hub's data: a new one that goes away with the test when absent. */
  directory?: string
  /** Whether it takes every invite at once (when absent) or waits for a person. */
  invites?: 'accept' | 'ask'
  /** Run what `npm run build` made instead of the sources. */
  built?: boolean
  /** Where it is: on the loopback of this machine when absent. */
  namespace?: string
  /** Who runs the access point: nobody when absent. */
  network?: 'none' | 'simulated' | 'hostapd'
  /** Whether it sees an empty /run, as where nobody takes its wishes for a network. Needs root. */
  emptyRun?: boolean
  /** The cgroup that it runs in, a folder of the kernel's. Needs root. */
  cgroup?: string
  /** Whether it advertises on the network and browses it: off when absent. */
  mdns?: 'on' | 'off'
  /** Environment variables, besides those of the test. */
  environment?: Readonly<Record<string, string>>
}

/** A line of the hub's log: pino's JSON. */
export interface LogLine {
  level: number
  time: number
  msg: string
  [field: string]: unknown
}

interface Ready extends LogLine {
  http: string
  sync: { name: string; port: number }
  deviceId: string
}

/** `waystation run` in a process of its own, on free ports of this machine, found by nobody: phones are told where it is. */
export class HubProcess {
  readonly directory: string
  /** What it logged since its first start; the oldest lines go. */
  readonly log: LogLine[] = []
  readonly #options: HubOptions
  readonly #onCrash: (message: string) => void
  readonly #lines = new EventEmitter<{ line: [line: LogLine] }>()
  #child: ChildProcess | null = null
  #ready: Ready | null = null
  #ending = false

  constructor(directory: string, options: HubOptions, onCrash: (message: string) => void) {
    this.directory = directory
    this.#options = options
    this.#onCrash = onCrash
  }

  get deviceId(): string {
    return this.#running().deviceId
  }

  /** Of the page and the API, without a slash at the end. */
  get url(): string {
    return this.#running().http.replace(/\/$/, '')
  }

  /** What a phone dials. */
  get address(): PeerAddress {
    const { deviceId, sync } = this.#running()
    return { deviceId, port: sync.port }
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it, or starts it again on the same folder. The ports are new ones each time. */
  async start(): Promise<void> {
    const {
      name = 'Base camp',
      invites = 'accept',
      mdns = 'off',
      built = false,
      network = 'none',
      emptyRun = false,
      environment = {},
      namespace,
      cgroup
    } = this.#options
    const [program = '', ...args] = [
      ...(namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]),
      ...(cgroup === undefined ? [] : ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', cgroup]),
      ...(emptyRun ? ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /run && exec "$@"', 'sh'] : []),
      // A hub, unlike a phone, does not notice that its test was killed.
      ...['setpriv', '--pdeathsig', 'KILL', process.execPath],
      ...(built ? AS_BUILT : FROM_SOURCE),
      'run',
      ...['--data', this.directory, '--http', '127.0.0.1:0', '--sync-port', '0', '--mdns', mdns],
      ...['--network', network, '--invites', invites, ...(name === null ? [] : ['--name', name])]
    ]
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment }
    })
    this.#child = child
    this.#ending = false
    const stderr: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
    this.#ready = await new Promise<Ready>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`hub was not ready within ${READY_LIMIT_MS} ms\n${this.#recent(stderr)}`))
      }, READY_LIMIT_MS)
      createInterface({ input: child.stdout }).on('line', (text) => {
        const line = this.#record(text)
        if (line.msg !== 'ready') return
        clearTimeout(limit)
        resolve(line as Ready)
      })
      child.once('close', (code, signal) => {
        clearTimeout(limit)
        const end = `hub ended (${signal ?? `code ${code}`})\n${this.#recent(stderr)}`
        reject(new Error(end))
        if (!this.#ending) this.#onCrash(end)
      })
    })
  }

  /** Resolves with the next line that has this message and these fields. */
  async logged(msg: string, fields: Record<string, unknown> = {}): Promise<LogLine> {
    const signal = AbortSignal.timeout(LINE_LIMIT_MS)
    try {
      // Declared above: each event carries one line.
      for await (const [line] of on(this.#lines, 'line', { signal }) as AsyncIterable<[LogLine]>) {
        const matches = Object.entries(fields).every(([name, value]) => line[name] === value)
        if (line.msg === msg && matches) return line
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
    throw new Error(`hub did not log "${msg}" within ${LINE_LIMIT_MS} ms\n${this.#recent()}`)
  }

  /** As a service manager stops it. Fails when it does not end, or not in good order. */
  async stop(): Promise<void> {
    const child = this.#end()
    if (child === null) return
    child.kill('SIGTERM')
    const [code, signal] = (await once(child, 'close', { signal: AbortSignal.timeout(STOP_LIMIT_MS) }).catch(
      () => {
        throw new Error(`hub did not stop within ${STOP_LIMIT_MS} ms\n${this.#recent()}`)
      }
    )) as [number | null, NodeJS.Signals | null]
    if (code !== 0) throw new Error(`hub stopped with ${signal ?? `code ${code}`}\n${this.#recent()}`)
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    const child = this.#end()
    if (child === null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  /** Resolves with its exit code, when it ends by itself as the test expects. */
  async ends(): Promise<number | null> {
    const child = this.#child
    if (child === null) throw new Error('the hub has not been started')
    this.#ending = true
    if (child.exitCode !== null) return child.exitCode
    const signal = AbortSignal.timeout(STOP_LIMIT_MS)
    const [code] = (await once(child, 'close', { signal })) as [number | null]
    return code
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  #end(): ChildProcess | null {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null
    this.#ending = true
    return child
  }

  #running(): Ready {
    if (this.#ready === null) throw new Error('the hub has not been started')
    return this.#ready
  }

  #record(text: string): LogLine {
    // A line that is not JSON breaks the contract: it is kept, and seen where the log is.
    let line: LogLine
    try {
      line = JSON.parse(text) as LogLine
    } catch {
      line = { level: 60, time: 0, msg: text }
    }
    this.log.push(line)
    if (this.log.length > KEPT_LINES) this.log.shift()
    this.#lines.emit('line', line)
    return line
  }

  #recent(stderr: readonly string[] = []): string {
    const lines = this.log.slice(-SHOWN_LINES).map((line) => JSON.stringify(line))
    return [...lines, stderr.join('')].join('\n')
  }
}

/** A running hub that goes away with its owner. */
export async function startHub(owner: PhoneOwner, options: HubOptions = {}): Promise<HubProcess> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'hub-')))
  if (options.directory === undefined) owner.teardown(() => rm(directory, { recursive: true, force: true }))
  const hub = new HubProcess(directory, options, (message) => owner.fail(message))
  owner.teardown(() => hub.kill())
  await hub.start()
  return hub
}
