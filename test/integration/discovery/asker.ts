import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Answer, Packet } from 'dns-packet'
import type { Test } from 'tap'
import type { Namespace } from '../../netns.ts'
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

  static async start(t: Test, namespace: Namespace, address: string): Promise<Asker> {
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

  /** @returns the answers of the next response after the question, to everybody or, for a legacy question, to the asker */
  async ask(query: Packet, { legacy = false } = {}): Promise<{ packet: Packet; answers: Answer[] }> {
    const { position } = this.transcript
    this.#write(JSON.stringify({ query, legacy }))
    const { packet = {} } = await this.transcript.said({ heard: legacy ? 'legacy' : 'response' }, position)
    return { packet, answers: packet.answers ?? [] }
  }
}
