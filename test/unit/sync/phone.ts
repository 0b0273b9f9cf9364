import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { NAMESPACES, type Namespace } from '../../../service/ids.ts'
import { decodeDownloadIntent, type DownloadIntent } from '../../../service/wire/download-intent-extension.ts'
import { decodeHave, encodeHave, type Have } from '../../../service/wire/have-extension.ts'
import { decodeProjectExtension, encodeProjectExtension } from '../../../service/wire/project-extension.ts'
import { until } from '../../support/until.ts'
import { dial, type Dialer, type Line } from '../peers/device.ts'
import { hexOf, type Device, type TestProject } from '../projects/device.ts'
import { openStore } from '../storage/open-store.ts'
import type { DeviceOwner } from '../../support/device-owner.ts'

const PROTOCOL = 'hypercore/alpha'

/** A device that is connected to a hub, and writes down all that the hub tells it about a project. */
export class Phone {
  readonly device: Device
  readonly line: Line
  /** Hex discovery keys of the cores that the hub has offered by itself, each once. */
  readonly offered = new Set<string>()
  /** Hex of the auth core keys that the hub has told, message by message. */
  readonly keysTold: string[][] = []
  readonly haves: Have[] = []
  readonly intents: DownloadIntent[] = []
  readonly #creatorCore: Hypercore
  readonly #opened = new Map<string, Hypercore>()
  readonly #open: (key: Buffer) => Promise<Hypercore>
  readonly #extensions: Record<'project' | 'have', Hypercore.Extension>

  private constructor(parts: {
    device: Device
    line: Line
    creatorCore: Hypercore
    open: (key: Buffer) => Promise<Hypercore>
  }) {
    this.device = parts.device
    this.line = parts.line
    this.#creatorCore = parts.creatorCore
    this.#open = parts.open
    this.#opened.set(hexOf(parts.creatorCore.key), parts.creatorCore)
    parts.line.mux.pair({ protocol: PROTOCOL }, (id) => void this.offered.add(String(id?.toString('hex'))))
    const register = (name: string, onmessage: (bytes: Buffer) => void) =>
      this.#creatorCore.registerExtension(name, { encoding: 'binary', onmessage })
    this.#extensions = {
      project: register('mapeo/project', (bytes) =>
        this.keysTold.push(decodeProjectExtension(bytes).map(hexOf))
      ),
      have: register('mapeo/have', (bytes) => this.haves.push(decodeHave(bytes)))
    }
    register('mapeo/download-intent', (bytes) => this.intents.push(decodeDownloadIntent(bytes)))
  }

  /** @param dialer what to dial with besides the device's own identity */
  static async connect(
    t: DeviceOwner,
    port: number,
    made: TestProject,
    device: Device,
    dialer: Dialer = {}
  ): Promise<Phone> {
    const store = await openStore(t, join(t.testdirName, `phone-${randomBytes(4).toString('hex')}`))
    const open = async (key: Buffer) => {
      const core = new Hypercore(store.cores, key, { compat: true })
      await core.ready()
      t.teardown(() => core.close())
      return core
    }
    const isCreator = device.cores.auth.key.equals(made.keyPair.publicKey)
    const creatorCore = isCreator ? device.cores.auth : await open(made.keyPair.publicKey)
    const line = await dial(t, port, { keyPair: device.identity, ...dialer })
    return new Phone({ device, line, creatorCore, open })
  }

  /** Dials again, and opens no core by itself. */
  async comeAgain(t: DeviceOwner, port: number, dialer: Dialer = {}): Promise<Phone> {
    const line = await dial(t, port, { keyPair: this.device.identity, ...dialer })
    return new Phone({ device: this.device, line, creatorCore: this.#creatorCore, open: this.#open })
  }

  /** Opens the project's channel, as the app does when it loads the project, and names the device's own auth core. */
  async openProject(): Promise<void> {
    this.#creatorCore.replicate(this.line.mux)
    const { socket } = this.line
    await until(() => socket.destroyed || (this.#channel !== undefined && this.intents.length > 0))
    if (socket.destroyed) throw new Error('The hub hung up')
    this.#extensions.project.send(encodeProjectExtension([this.device.cores.auth.key]), this.#channelOrThrow)
  }

  /** Closes the project's channel, as the app does when it shows another project. */
  closeProject(): void {
    this.#creatorCore.core.replicator.detachFrom(this.line.mux)
    for (const channel of [...this.line.mux]) {
      if (channel.protocol === PROTOCOL && channel.id?.equals(this.#creatorCore.discoveryKey)) channel.close()
    }
  }

  /** Exchanges its own cores. */
  exchange(namespaces: readonly Namespace[] = NAMESPACES): void {
    for (const namespace of namespaces) {
      const core = this.device.cores[namespace]
      if (core !== this.#creatorCore) core.replicate(this.line.mux)
    }
  }

  /** Tells the hub what it holds of one of its own cores, before any block is exchanged. */
  tell(namespace: Namespace, words: number[]): void {
    const { discoveryKey } = this.device.cores[namespace]
    const have = encodeHave({ discoveryKey, start: 0, words: Uint32Array.from(words), namespace })
    this.#extensions.have.send(have, this.#channelOrThrow)
  }

  /** Opens somebody else's core over this connection, once. */
  async openCore(key: Buffer): Promise<Hypercore> {
    const known = this.#opened.get(hexOf(key))
    if (known !== undefined) return known
    const core = await this.#open(key)
    this.#opened.set(hexOf(key), core)
    core.replicate(this.line.mux)
    return core
  }

  /** Resolves when all that the hub had said before this was asked has been heard. */
  async listen(): Promise<void> {
    const question = this.line.mux.createChannel({ protocol: `question/${randomBytes(4).toString('hex')}` })
    question?.open()
    await until(() => question?.closed === true)
  }

  /** The blocks that the hub has told ahead of a core, by its latest message. */
  toldOf(core: Hypercore): number {
    const latest = this.haves.findLast(({ discoveryKey }) => discoveryKey.equals(core.discoveryKey))
    let blocks = 0
    for (const word of latest?.words ?? []) for (let k = 0; k < 32; k++) blocks += (word >>> k) & 1
    return blocks
  }

  get #channel(): Hypercore.Peer | undefined {
    return this.#creatorCore.peers.find(({ protomux }) => protomux === this.line.mux)
  }

  get #channelOrThrow(): Hypercore.Peer {
    const channel = this.#channel
    if (channel === undefined) throw new Error('The channel of the project is not open')
    return channel
  }
}
