import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  CommandArguments,
  CommandName,
  CommandResult,
  FoundDevice,
  JoinDetails,
  PeerAddress,
  PhoneLaunch,
  PhonePeer,
  PhoneUsage,
  PhoneVersion,
  ReceivedInvite
} from './commands.ts'
import { PhoneChannel } from './phone-channel.ts'
import { PhoneProject } from './phone-project.ts'

// How long any wait may take before the test fails. Ends waits that would never end, measures nothing.
const CALL_LIMIT_MS = 90_000
const LOOPBACK = '127.0.0.1'

/** What a phone needs of a test, or of a script that uses phones: tap's `t` fits. */
export interface PhoneOwner {
  teardown(release: () => Promise<void>): void
  /** Told when a phone's process ends by itself, with the stack of the error that ended it. */
  fail(message: string): void
}

export interface PhoneOptions {
  version: PhoneVersion
  name: string
  /** Whether it takes originals of others' photos: true when absent. 2.0.0 always does. */
  archive?: boolean
  /** A folder to be the phone's storage: a new one that goes away with the test when absent. */
  directory?: string
  /** Where it is: this machine's loopback when absent. */
  place?: Place
  /** How long a wait may take before it fails: 90 s when absent. */
  limitMs?: number
}

/** A network namespace, and the IPv4 address that is dialed there. */
export interface Place {
  namespace: string
  address: string
}

/** A phone with the released CoMapeo library in its own process. It finds nobody by itself: tests say whom it dials. */
export class Phone {
  readonly name: string
  readonly version: PhoneVersion
  readonly deviceId: string
  readonly #launch: PhoneLaunch
  readonly #onCrash: (error: Error) => void
  readonly #limitMs: number
  readonly #address: string
  #channel: PhoneChannel

  private constructor(
    launch: PhoneLaunch,
    running: { channel: PhoneChannel; deviceId: string },
    rest: { onCrash: (error: Error) => void; limitMs: number; address: string }
  ) {
    this.name = launch.name
    this.version = launch.version
    this.deviceId = running.deviceId
    this.#launch = launch
    this.#channel = running.channel
    this.#onCrash = rest.onCrash
    this.#limitMs = rest.limitMs
    this.#address = rest.address
  }

  /** @param directory the phone's storage: an empty folder, or that of a phone that ended */
  static async start(
    options: PhoneOptions & { directory: string },
    onCrash: (error: Error) => void
  ): Promise<Phone> {
    const { version, name, directory, archive = true, place, limitMs = CALL_LIMIT_MS } = options
    const launch = { version, name, archive, directory, ...(place && { namespace: place.namespace }) }
    const address = place?.address ?? LOOPBACK
    return new Phone(launch, await run(launch, limitMs, onCrash), { onCrash, limitMs, address })
  }

  get pid(): number | undefined {
    return this.#channel.pid
  }

  project(projectId: string): PhoneProject {
    return new PhoneProject(projectId, (command, args) => this.#call(command, args))
  }

  async createProject(name: string): Promise<PhoneProject> {
    return this.project(await this.#call('createProject', { name }))
  }

  projects(): Promise<{ projectId: string; name?: string }[]> {
    return this.#call('projects', {})
  }

  /** Opens the phone's TCP server, as the app does on a Wi-Fi. Again after {@link disconnect}. */
  async listen(): Promise<PeerAddress> {
    return { ...(await this.#call('listen', {})), host: this.#address }
  }

  /** Browses by multicast DNS until a CoMapeo device answers. */
  findDevice(): Promise<FoundDevice> {
    return this.#call('findDevice', { ownAddress: this.#address })
  }

  /** Dials as the app does for a device that mDNS found. Resolves when that device is connected and has said its name. */
  dial({ deviceId, port, host = LOOPBACK }: PeerAddress): Promise<void> {
    return this.#call('dial', { deviceId, port, host })
  }

  /** Dials and expects nothing. */
  dialBlindly({ port, host = LOOPBACK }: Omit<PeerAddress, 'deviceId'>): Promise<void> {
    return this.#call('dialBlindly', { port, host })
  }

  /** Cuts all connections at once and stops listening, as when the Wi-Fi goes. */
  disconnect(): Promise<void> {
    return this.#call('disconnect', {})
  }

  peers(): Promise<PhonePeer[]> {
    return this.#call('peers', {})
  }

  /** @param name wait until the device also calls itself so */
  waitForPeer(deviceId: string, status: PhonePeer['status'], name?: string): Promise<void> {
    return this.#call('waitForPeer', { deviceId, status, ...(name !== undefined && { name }) })
  }

  /** From now on every invite is accepted, those included that wait already. */
  acceptInvites(): Promise<void> {
    return this.#call('acceptInvites', {})
  }

  /** The oldest project joined by {@link acceptInvites} that this method has not given yet, or the next one. */
  async nextJoin(): Promise<PhoneProject> {
    return this.project(await this.#call('nextJoin', {}))
  }

  /** The oldest invite that nobody has answered, or the next one. */
  nextInvite(): Promise<ReceivedInvite> {
    return this.#call('nextInvite', {})
  }

  /** Resolves when the project was joined and its first exchange is done. */
  async accept({ inviteId }: { inviteId: string }): Promise<PhoneProject> {
    return this.project(await this.#call('accept', { inviteId }))
  }

  reject({ inviteId }: { inviteId: string }): Promise<void> {
    return this.#call('reject', { inviteId })
  }

  /** The secrets that came with the last invite. */
  joinDetails(): Promise<JoinDetails> {
    return this.#call('joinDetails', {})
  }

  /** Opens a project by its secrets alone, as a thief would: no invite, no role. */
  async stealProject(details: JoinDetails): Promise<PhoneProject> {
    return this.project(await this.#call('addProject', details))
  }

  rename(name: string): Promise<void> {
    return this.#call('rename', { name })
  }

  setArchive(archive: boolean): Promise<void> {
    return this.#call('setArchive', { archive })
  }

  /** The person looks at another app. */
  background(): Promise<void> {
    return this.#call('background', {})
  }

  foreground(): Promise<void> {
    return this.#call('foreground', {})
  }

  usage(): Promise<PhoneUsage> {
    return this.#call('usage', {})
  }

  /** Stops the process without closing anything: its sockets stay open and silent. */
  pause(): void {
    this.#channel.signal('SIGSTOP')
  }

  resume(): void {
    this.#channel.signal('SIGCONT')
  }

  /** Ends the process as a dead battery does. */
  kill(): Promise<void> {
    return this.#channel.kill()
  }

  /** Closes the app in good order. */
  async stop(): Promise<void> {
    await this.#call('shutDown', {})
    await this.#channel.kill()
  }

  /** The same device again, on the same folder, after {@link stop} or {@link kill}. Not connected to anybody. */
  async restart(): Promise<void> {
    const { channel } = await run(this.#launch, this.#limitMs, this.#onCrash)
    this.#channel = channel
  }

  #call<C extends CommandName>(command: C, args: CommandArguments<C>): Promise<CommandResult<C>> {
    return this.#channel.call(command, args, this.#limitMs)
  }
}

async function run(launch: PhoneLaunch, limitMs: number, onCrash: (error: Error) => void) {
  const channel = new PhoneChannel(launch, onCrash)
  try {
    const { deviceId } = await channel.opened(limitMs)
    return { channel, deviceId }
  } catch (error) {
    await channel.kill()
    throw error
  }
}

/** A running phone that goes away with its owner. */
export async function startPhone(owner: PhoneOwner, options: PhoneOptions): Promise<Phone> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'phone-')))
  if (options.directory === undefined) owner.teardown(() => rm(directory, { recursive: true, force: true }))
  const starting = Phone.start({ ...options, directory }, ({ message }) => owner.fail(message))
  // Said before it runs: a test that fails while phones start must not leave them behind.
  owner.teardown(() =>
    starting.then(
      (phone) => phone.kill(),
      () => {}
    )
  )
  return starting
}
