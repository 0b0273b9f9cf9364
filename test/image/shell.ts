import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

/** What a login that nobody has to sign in to prints when somebody may type. */
const PROMPT = /# $/
/** Around what a command prints. They are typed in two parts, so that they are not taken for their own echo. */
const BEGINS = '--BEGINS'
const ENDS = '--ENDS'
const typed = (mark: string) => `-''${mark.slice(1)}`

/** The root shell that a developer build has on its serial lines. It ends with the power. */
export class Shell {
  readonly #socket: Socket
  readonly #closed = new AbortController()
  #heard = ''

  private constructor(path: string) {
    this.#socket = createConnection(path)
    this.#socket.on('data', (text) => (this.#heard += text.toString().replaceAll('\r', '')))
    this.#socket.on('error', () => {}) // 'close' comes after it
    this.#socket.once('close', () => this.#closed.abort())
  }

  /**
   * Resolves when somebody may type.
   * @param path socket of the serial line, which serves one at a time
   */
  static async open(path: string): Promise<Shell> {
    const shell = new Shell(path)
    // It may have been there for long, and then says nothing by itself.
    shell.#socket.write('\n')
    await shell.#hears(PROMPT)
    return shell
  }

  close(): void {
    this.#socket.destroy()
  }

  /**
   * @param command on one line
   * @returns what it printed
   * @throws when its exit code is not 0
   */
  async run(command: string): Promise<string> {
    return this.#type(command, new RegExp(`${ENDS} \\d+\n`))
  }

  /** As {@link run}, but resolves as soon as the command has printed something, and leaves it running. */
  async runUntil(printed: RegExp, command: string): Promise<string> {
    return this.#type(command, new RegExp(`${printed.source}|${ENDS} [^0]\\d*\n`))
  }

  async #type(command: string, expected: RegExp): Promise<string> {
    this.#heard = ''
    this.#socket.write(`echo ${typed(BEGINS)}; { ${command}; } 2>&1; echo ${typed(ENDS)} $?\n`)
    await this.#hears(expected)
    const [, printed = ''] = this.#heard.split(`${BEGINS}\n`)
    if (new RegExp(`${ENDS} [^0]`).test(printed)) throw new Error(`${command}\n${printed}`)
    return printed.split(ENDS, 1).join()
  }

  async #hears(expected: RegExp): Promise<void> {
    try {
      while (!expected.test(this.#heard)) {
        await once(this.#socket, 'data', { signal: this.#closed.signal })
      }
    } catch {
      throw new Error(`the shell ended\n${this.#heard}`)
    }
  }
}
