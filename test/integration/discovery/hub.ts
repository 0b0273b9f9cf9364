import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import type { Namespace } from '../../netns.ts'
import { end } from './avahi.ts'
import { Transcript } from './transcript.ts'

type Line = Readonly<Record<string, unknown>>

const PROCESS = fileURLToPath(new URL('discovery-process.ts', import.meta.url))

/** The discovery of a hub, running in a namespace: its events and its log. */
export class DiscoveryHub {
  readonly transcript = new Transcript<Line>()
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    if (child.stdout === null) throw new Error('the hub has no output')
    let errors = ''
    child.stderr?.on('data', (chunk) => (errors += String(chunk)))
    child.on('exit', () => this.transcript.end(new Error(`the hub ended: ${errors}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The process prints objects and nothing else.
      this.transcript.add(JSON.parse(line) as Line)
    })
  }

  static async start(t: Test, namespace: Namespace, syncPort: number): Promise<DiscoveryHub> {
    const child = namespace.spawn(process.execPath, ['--import', 'tsx', PROCESS, String(syncPort)], {
      stdio: ['pipe', 'pipe', 'pipe']
    })
    t.teardown(() => end(child))
    const hub = new DiscoveryHub(child)
    await hub.transcript.said({ event: 'ready' })
    return hub
  }

  /** Resolves when the set of names has been announced on the interface. */
  async advertised(set: 'sync' | 'page', on: string, position = 0): Promise<void> {
    await this.transcript.said({ msg: 'advertised', set, interface: on }, position)
  }

  async bounce(): Promise<string> {
    const { position } = this.transcript
    this.#child.stdin?.write('bounce\n')
    return String((await this.transcript.said({ event: 'bounced' }, position))['instance'])
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.stdin?.write('close\n')
    await exited
  }
}
