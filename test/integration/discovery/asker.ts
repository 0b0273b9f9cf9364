import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Answer, Packet } from 'dns-packet'
import type { Ending, Namespace } from '../../netns.ts'
import { end } from './avahi.ts'
import { Transcript } from './transcript.ts'

export interface Heard {
  readonly heard: 'ready' | 'response' | 'query' | 'legacy'
  readonly from?: string
  readonly packet?: Packet
}

const PROCESS = fileURLToPath(new URL('asker-process.ts', import.meta.url))

/** Asks with the bytes that a test wants, and hears all that is said on the link. */
export class Asker {
  readonly transcript = new Transcript<Heard>()
  readonly #write: (line: string) => void

  private constructor(write: (line: string) => void) {
    this.#write = write
  }

  static async start(t: Ending, namespace: Namespace, address: string): Promise<Asker> {
    const child = namespace.spawn(process.execPath, ['--import', 'tsx', PROCESS, address], {
      stdio: ['pipe', 'pipe', 'inherit']
    })
    t.teardown(() => end(child))
    const { stdin, stdout } = child
    if (stdin === null || stdout === null) throw new Error('the asker has no pipes')
    const asker = new Asker((line) => void stdin.write(`${line}\n`))
    child.on('exit', () => asker.transcript.end(new Error('the asker ended')))
    createInterface({ input: stdout }).on('line', (line) => asker.transcript.add(JSON.parse(line) as Heard))
    await asker.transcript.said({ heard: 'ready' })
    return asker
  }

  /** Resolves with the next response, to everybody or, for a legacy question, to the asker, that answers what is asked. */
  async ask(query: Packet, { legacy = false } = {}): Promise<{ packet: Packet; answers: Answer[] }> {
    const { position } = this.transcript
    this.#write(JSON.stringify({ query, legacy }))
    const asked = (query.questions ?? []).map(({ name }) => name)
    const answersIt = ({ heard, packet }: Heard) =>
      heard === (legacy ? 'legacy' : 'response') &&
      packet?.answers?.some(({ name }) => asked.includes(name)) === true
    const { packet = {} } = await this.transcript.next(answersIt, position)
    return { packet, answers: packet.answers ?? [] }
  }

  /** Resolves when both announcements of a name have been heard, after which nothing is said that was not asked for. */
  async announced(name: string): Promise<void> {
    const announces = ({ heard, packet }: Heard) =>
      heard === 'response' && packet?.answers?.some((answer) => answer.name === name) === true
    await this.transcript.next(announces, 0, 2)
  }
}
