import type Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { DeviceId, Namespace } from '../../service/ids.ts'
import { decodeDocument } from '../../service/wire/documents.ts'
import type { RpcType } from '../../service/wire/rpc.ts'
import { projectInviteIdOf } from '../../service/wire/project-keys.ts'
import type { DeviceOwner } from '../support/device-owner.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { statusOf } from '../support/hub-status.ts'
import { Device, makeProject, type TestProject } from '../unit/projects/device.ts'
import { Phone } from '../unit/sync/phone.ts'

const WRITTEN = ['data', 'blob'] as const
const DOCUMENT_BYTES = 600
const PHOTO_BLOCK_BYTES = 65_536
/** Waits that would never end, end here: a block that does not come is a lost one. */
const LOST_AFTER_MS = 30_000
const ASK_EVERY_MS = 20
/** Ends waits that would never end, measures nothing. */
const LIMIT_MS = 60_000

export type Ledger = ReadonlyMap<Namespace, number>

export function blocksOf(ledger: Ledger): number {
  return [...ledger.values()].reduce((sum, length) => sum + length, 0)
}

/** What became of what the hub had acknowledged. */
export interface Verdict {
  checked: number
  /** Acknowledged, and not to be had from the hub any more. */
  lost: number
  /** Other bytes than those that were written. */
  wrong: number
}

/**
 * A project of light devices, which speak the protocol and do not understand what they carry: a writer, and a reader for
 * whoever wants to know what a hub holds. The ledger of what the hub acknowledged is kept here, outside of it: lengths, when
 * the page called the writer up to date after the hub had told that it holds them.
 */
export class LightCamp {
  readonly made: TestProject = makeProject()
  readonly writer: Device
  readonly #reader: Device
  /** What hubs said of themselves, as it was first heard: another word at the same place is a second history. */
  readonly #hubBlocks = new Map<string, Buffer>()
  readonly #acknowledged = new Map<Namespace, number>()
  #phone: Phone | null = null
  #ofHub: Hypercore[] | null = null

  private constructor(writer: Device, reader: Device, made: TestProject) {
    this.writer = writer
    this.#reader = reader
    this.made = made
  }

  /** Invites the hub, and leaves the writer connected to it. */
  static async make(t: DeviceOwner, hub: HubProcess): Promise<LightCamp> {
    const camp = await LightCamp.prepare(t)
    await camp.invite(t, hub)
    return camp
  }

  /** A project that no hub is in yet. */
  static async prepare(t: DeviceOwner): Promise<LightCamp> {
    const made = makeProject()
    const writer = await Device.openCreator(t, made)
    const reader = await Device.open(t, made)
    await writer.writeOwnership()
    await reader.writeOwnership()
    return new LightCamp(writer, reader, made)
  }

  /** What the hub has acknowledged until now: the lengths of the writer's cores. */
  get ledger(): Ledger {
    return new Map(this.#acknowledged)
  }

  /** Resolves when the hub has acknowledged that it has the keys of the project. */
  async invite(t: DeviceOwner, hub: HubProcess): Promise<void> {
    const { writer, made } = this
    await writer.writeRole(hub.deviceId as DeviceId, 'member')
    await writer.writeRole(this.#reader.deviceId, 'member')
    const phone = await Phone.connect(t, hub.address.port, made, writer)
    const { heard, rpc } = phone.line
    const inviteId = randomBytes(32)
    const { projectKey, encryptionKeys, name } = made.details
    const hears = (awaited: RpcType) =>
      until(
        () => `the hub says ${awaited}`,
        () => heard.some(({ type }) => type === awaited)
      )
    await hears('DeviceInfo')
    rpc.send('Invite', {
      inviteId,
      projectInviteId: projectInviteIdOf(projectKey),
      projectName: name,
      roleName: 'Participant',
      invitorName: 'Ana',
      sendStats: false,
      invitorWroteDeviceInfo: false
    })
    await hears('InviteResponse')
    const isAlready = heard.some(
      ({ type, message }) => type === 'InviteResponse' && message.decision === 'already'
    )
    if (!isAlready) {
      rpc.send('ProjectJoinDetails', { inviteId, projectKey, encryptionKeys: { ...encryptionKeys } })
      await hears('ProjectJoinDetailsAck')
    }
    await this.#exchange(phone)
  }

  /** The writer comes to a hub that is in the project. */
  async connect(t: DeviceOwner, hub: HubProcess): Promise<void> {
    await this.#exchange(await Phone.connect(t, hub.address.port, this.made, this.writer))
  }

  /** All come, again when the hub starts anew meanwhile, until everything is acknowledged. Each brings what the hub lacks. */
  async comeUntilAcknowledged(t: DeviceOwner, hub: HubProcess): Promise<void> {
    for (;;) {
      try {
        const reader = await Phone.connect(t, hub.address.port, this.made, this.#reader)
        await reader.openProject()
        reader.exchange()
        await this.connect(t, hub)
        await Promise.race([this.acknowledgedBy(hub), this.hungUp().then(() => Promise.reject(HUNG_UP))])
        reader.line.socket.destroy()
        return
      } catch (error) {
        if (error !== HUNG_UP && !isRefused(error) && !this.#isHungUpOn) throw error
      }
    }
  }

  async write(documents: number, photoBlocks: number): Promise<void> {
    const { data, blob } = this.writer.cores
    await data.append(Array.from({ length: documents }, () => randomBytes(DOCUMENT_BYTES)))
    await blob.append(Array.from({ length: photoBlocks }, () => randomBytes(PHOTO_BLOCK_BYTES)))
  }

  /** Resolves when the page calls the writer up to date, and writes down what that promises. */
  async acknowledgedBy(hub: HubProcess): Promise<void> {
    const lengths = WRITTEN.map((namespace) => [namespace, this.writer.cores[namespace].length] as const)
    const told = () =>
      lengths.map(([namespace, length]) => `${namespace} ${this.#toldHeld(namespace)} of ${length}`)
    await until(
      () => `the hub holds ${told().join(', ')}`,
      () => lengths.every(([namespace, length]) => this.#toldHeld(namespace) >= length)
    )
    await until(
      () => 'the hub calls the writer up to date',
      () => this.isUpToDateAt(hub)
    )
    for (const [namespace, length] of lengths) this.#acknowledged.set(namespace, length)
  }

  async isUpToDateAt(hub: HubProcess): Promise<boolean> {
    const { devices } = await statusOf(hub)
    return devices.some(({ id, state }) => id === this.writer.deviceId && state === 'up-to-date')
  }

  /**
   * Somebody else comes, and asks for all that the hub acknowledged.
   * @returns whether it came: false when the hub hung up before
   */
  async isGivenAll(t: DeviceOwner, hub: HubProcess): Promise<boolean> {
    const phone = await Phone.connect(t, hub.address.port, this.made, this.#reader)
    await phone.openProject()
    phone.exchange()
    const copies: { copy: Hypercore; length: number }[] = []
    for (const [namespace, length] of this.#acknowledged) {
      const copy = await phone.openCore(this.writer.cores[namespace].key)
      copy.download({ start: 0, end: length })
      copies.push({ copy, length })
    }
    const { socket } = phone.line
    const isDone = () => copies.every(({ copy, length }) => copy.contiguousLength >= length)
    await until(
      () => 'the hub gives all, or hangs up',
      () => isDone() || socket.destroyed
    )
    socket.destroy()
    return isDone()
  }

  /** Somebody else comes, and takes all that the hub acknowledged. */
  async verify(t: DeviceOwner, hub: HubProcess, ledger = this.ledger): Promise<Verdict> {
    const phone = await Phone.connect(t, hub.address.port, this.made, this.#reader)
    await phone.openProject()
    phone.exchange()
    const verdict: Verdict = { checked: 0, lost: 0, wrong: 0 }
    for (const [namespace, length] of ledger) {
      const original = this.writer.cores[namespace]
      const copy = await phone.openCore(original.key)
      const download = copy.download({ start: 0, end: length })
      const got = await Promise.all(Array.from({ length }, (_, index) => blockOf(copy, index)))
      for (const [index, block] of got.entries()) {
        const expected = await original.get(index, { raw: true })
        verdict.checked++
        if (block === null) verdict.lost++
        else if (expected === null || !block.equals(expected)) verdict.wrong++
      }
      download.destroy()
    }
    verdict.wrong += await this.#compareHub(phone)
    phone.line.socket.destroy()
    return verdict
  }

  async #exchange(phone: Phone): Promise<void> {
    this.#phone = phone
    await phone.openProject()
    phone.exchange()
    // Who lacks what another one wrote is not up to date either. What the hub wrote the writer keeps, and brings back.
    const reader = await phone.openCore(this.#reader.cores.auth.key)
    for (const core of this.#ofHub ?? []) core.replicate(phone.line.mux)
    this.#ofHub ??= await this.#hubCores(phone)
    for (const core of [reader, ...this.#ofHub]) core.download({ start: 0, end: -1 })
    // A have of its own makes a phone heard.
    phone.tell('data', [])
  }

  /** The cores that the hub itself writes. */
  async #hubCores(phone: Phone): Promise<Hypercore[]> {
    const known = new Set([this.writer.keyOf('auth'), this.#reader.keyOf('auth')] as string[])
    const hubKey = () => phone.keysTold.flat().find((key) => !known.has(key))
    await until(
      () => 'the hub tells its own auth core',
      () => hubKey() !== undefined
    )
    const auth = await phone.openCore(Buffer.from(hubKey() ?? '', 'hex'))
    const reader = auth.session({ encryption: { key: this.made.details.encryptionKeys.auth } })
    const block = await reader.get(0, { timeout: LOST_AFTER_MS })
    const ownership = block && decodeDocument(block, { discoveryKey: auth.discoveryKey, index: 0 })
    await reader.close()
    if (ownership?.schemaName !== 'coreOwnership') throw new Error('the hub does not say who it is')
    return [auth, await phone.openCore(Buffer.from(ownership.configCoreId, 'hex'))]
  }

  /** @returns how many blocks of the hub's own are others than they were */
  async #compareHub(phone: Phone): Promise<number> {
    let others = 0
    for (const core of await this.#hubCores(phone)) {
      for (let index = 0; index < core.length; index++) {
        const place = placeOf(core, index)
        const block = await blockOf(core, index)
        const before = this.#hubBlocks.get(place)
        if (block !== null && before === undefined) this.#hubBlocks.set(place, block)
        if (before !== undefined && block?.equals(before) === false) others++
      }
    }
    return others
  }

  #toldHeld(namespace: Namespace): number {
    const channel = this.writer.cores[namespace].peers.find(
      ({ protomux }) => protomux === this.#phone?.line.mux
    )
    return channel?.remoteContiguousLength ?? 0
  }

  /** Resolves when the hub has ended the connection of the writer. */
  async hungUp(): Promise<void> {
    await until(
      () => 'the hub hangs up',
      () => this.#isHungUpOn
    )
  }

  get #isHungUpOn(): boolean {
    return this.#phone?.line.socket.destroyed === true
  }

  /** The writer goes away. */
  async leave(): Promise<void> {
    for (const core of this.#ofHub ?? []) {
      for (let index = 0; index < core.length; index++) {
        const block = await core.get(index, { raw: true, wait: false })
        if (block !== null) this.#hubBlocks.set(placeOf(core, index), block)
      }
    }
    const socket = this.#phone?.line.socket
    if (socket === undefined || socket.destroyed) return
    const closed = once(socket, 'close')
    socket.destroy()
    await closed
  }
}

const HUNG_UP = new Error('The hub hung up')

/** Whether nobody listens, or whoever does is about to end. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    /ECONNREFUSED|ECONNRESET|Handshake failed|hung up|fetch failed/.test(error.message)
  )
}

function placeOf(core: Hypercore, index: number): string {
  return `${core.discoveryKey.toString('hex')} ${index}`
}

async function until(awaited: () => string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(LIMIT_MS)
  while (!(await isSo())) {
    if (limit.aborted) throw new Error(`not within ${LIMIT_MS} ms: ${awaited()}`)
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}

/** @returns null when it does not come */
async function blockOf(core: Hypercore, index: number): Promise<Buffer | null> {
  return core.get(index, { raw: true, timeout: LOST_AFTER_MS }).catch(() => null)
}
