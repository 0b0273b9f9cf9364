import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CommandArguments, CommandName, CommandResult, PhoneLaunch } from './commands.ts'

const PHONE_PROCESS = fileURLToPath(new URL('phone-process.js', import.meta.url))
// Ten phones that start at once on two busy cores take most of a minute.
const START_LIMIT_MS = 120_000
// Only for the text of a failure: a phone that does not answer in this time is stuck itself.
const DIAGNOSIS_LIMIT_MS = 3_000
// Enough for the stack of an uncaught error and what led to it.
const STDERR_KEPT_CHARACTERS = 16_384

interface Answer {
  id: number
  result?: unknown
  error?: { message: string; stack: string; code?: string }
}

interface Pending {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** The process of one phone, and what is asked of it. Ends with {@link kill}, or by a crash, which `onCrash` is told. */
export class PhoneChannel {
  readonly #label: string
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  readonly #pending = new Map<number, Pending>()
  readonly #onCrash: (error: Error) => void
  #lastId = 0
  #stderr = ''
  #ending = false

  constructor(launch: PhoneLaunch, onCrash: (error: Error) => void) {
    this.#label = `phone ${launch.name} (${launch.version})`
    this.#onCrash = onCrash
    this.#child = fork(PHONE_PROCESS, [JSON.stringify(launch)], {
      // Without the flags of the test runner: a phone is plain Node.
      execArgv: [],
      ...(launch.namespace !== undefined && {
        execPath: 'ip',
        execArgv: ['netns', 'exec', launch.namespace, process.execPath]
      }),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc']
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT_CHARACTERS)
    })
    this.#child.on('message', (answer: Answer) => this.#settle(answer))
    this.#exited = new Promise((resolve) => {
      // 'close' comes after the last of stderr, 'exit' may come before it.
      this.#child.once('close', (code, signal) => {
        this.#exit(code, signal)
        resolve()
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** @returns once the phone runs, its device ID. */
  async opened(limitMs: number): Promise<{ deviceId: string }> {
    return this.#answerTo<{ deviceId: string }>(0, 'its start', Math.max(START_LIMIT_MS, limitMs))
  }

  /** Fails with the phone's own error, or after `limitMs` with what was awaited and the state of the phone. */
  async call<C extends CommandName>(
    command: C,
    args: CommandArguments<C>,
    limitMs: number
  ): Promise<CommandResult<C>> {
    const id = ++this.#lastId
    const answer = this.#answerTo<CommandResult<C>>(id, `${command} ${JSON.stringify(args)}`, limitMs)
    if (this.#child.connected) this.#child.send({ id, command, args })
    else this.#pending.get(id)?.reject(new Error(`${this.#label} does not run: ${command}`))
    return answer
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  async kill(): Promise<void> {
    this.#ending = true
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async #answerTo<T>(id: number, awaited: string, limitMs: number): Promise<T> {
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    const limit = setTimeout(() => void this.#giveUp(id, awaited, limitMs), limitMs)
    try {
      // The contract in commands.ts says what each command answers.
      return (await answer) as T
    } finally {
      clearTimeout(limit)
      this.#pending.delete(id)
    }
  }

  async #giveUp(id: number, awaited: string, limitMs: number): Promise<void> {
    const pending = this.#pending.get(id)
    const found = await this.#diagnosis()
    pending?.reject(
      new Error(
        `${this.#label} did not finish within ${limitMs} ms: ${awaited}\nstate of the phone: ${found}`
      )
    )
  }

  async #diagnosis(): Promise<string> {
    if (!this.#child.connected) return 'unknown, the phone does not run'
    const id = ++this.#lastId
    const silence = new Promise<string>((resolve) => {
      setTimeout(() => resolve('unknown, the phone does not answer'), DIAGNOSIS_LIMIT_MS).unref()
    })
    const found = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject })).then(
      (found) => JSON.stringify(found, null, 2),
      (error: unknown) => String(error)
    )
    this.#child.send({ id, command: 'diagnosis', args: {} })
    return Promise.race([found, silence]).finally(() => this.#pending.delete(id))
  }

  #settle({ id, result, error }: Answer): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    if (error === undefined) pending.resolve(result)
    else {
      const failure = new Error(`${this.#label}: ${error.message}`)
      pending.reject(Object.assign(failure, { code: error.code, phoneStack: error.stack }))
    }
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    const error = new Error(`${this.#label} ended (${signal ?? `code ${code}`})\n${this.#stderr}`)
    for (const pending of this.#pending.values()) pending.reject(error)
    if (!this.#ending) this.#onCrash(error)
  }
}
