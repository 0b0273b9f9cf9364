import { execFile, execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

// Test files run beside each other: names carry the process, and a number tells those of one file apart.
let made = 0

/** What a network needs of a test: to be told when it ends. */
export interface Ending {
  teardown(action: () => unknown): unknown
}

/** @returns what is missing to make network namespaces on this machine, or false when nothing is */
export function netnsMissing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root to make network namespaces'
  const probe = uniqueName('probe')
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'pipe' })
    execFileSync('ip', ['netns', 'delete', probe], { stdio: 'pipe' })
    return false
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing
      ? 'needs the ip command (Debian package iproute2)'
      : `cannot make a network namespace: ${String(error)}`
  }
}

/** @returns which of these commands are missing, or false when none is */
export function commandsMissing(packagesByCommand: Readonly<Record<string, string>>): string | false {
  const missing = Object.entries(packagesByCommand).filter(([command]) => {
    try {
      execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'pipe' })
      return false
    } catch {
      return true
    }
  })
  if (missing.length === 0) return false
  return `needs ${missing.map(([command, name]) => `${command} (Debian package ${name})`).join(', ')}`
}

/** A machine of its own as far as the network goes: starts with loopback alone and no route. Ends with the test. */
export class Namespace {
  readonly name: string

  private constructor(name: string) {
    this.name = name
  }

  static async create(t: Ending, label: string): Promise<Namespace> {
    const namespace = new Namespace(uniqueName(label))
    await run('ip', ['netns', 'add', namespace.name])
    t.teardown(() => run('ip', ['netns', 'delete', namespace.name]))
    await namespace.ip('link', 'set', 'lo', 'up')
    return namespace
  }

  /** Runs `ip` inside, such as `ip('address', 'add', ...)`. @returns what it printed */
  async ip(...args: string[]): Promise<string> {
    const { stdout } = await run('ip', ['-n', this.name, ...args])
    return stdout
  }

  /** Runs a command inside to its end. @returns what it printed @throws when it fails */
  async run(command: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(...this.#inside(command, args))
    return stdout
  }

  /**
   * Starts a command inside. Whoever starts it ends it; the process is the command itself, so that a signal reaches it. It does
   * not outlive a test that is killed.
   */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn(...this.#inside('setpriv', ['--pdeathsig', 'KILL', command, ...args]), options)
  }

  #inside(command: string, args: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.name, command, ...args]]
  }
}

/** A wire, or a Wi-Fi network: namespaces that are attached hear each other. A bridge in a namespace of its own. */
export class Network {
  readonly #switch: Namespace
  #ports = 0

  private constructor(namespace: Namespace) {
    this.#switch = namespace
  }

  static async create(t: Ending): Promise<Network> {
    const network = new Network(await Namespace.create(t, 'switch'))
    // Without querying for multicast listeners, a bridge that watches for them would stop passing the group on.
    await network.#switch.ip('link', 'add', 'name', 'bridge', 'type', 'bridge', 'mcast_snooping', '0')
    await network.#switch.ip('link', 'set', 'bridge', 'up')
    return network
  }

  /**
   * Gives the namespace an interface on this network. There is no default route, as on a hub that is the router itself.
   *
   * @param as `name` of the interface (15 characters at most) and `address` with its prefix length, as in `192.168.4.1/24`
   */
  async attach(namespace: Namespace, as: { name: string; address: string }): Promise<void> {
    const port = `port${(this.#ports += 1)}`
    await this.#switch.ip(
      'link',
      'add',
      'name',
      port,
      'type',
      'veth',
      'peer',
      'name',
      as.name,
      'netns',
      namespace.name
    )
    await this.#switch.ip('link', 'set', port, 'master', 'bridge', 'up')
    await namespace.ip('address', 'add', as.address, 'dev', as.name)
    await namespace.ip('link', 'set', as.name, 'up')
  }

  /** Connects two networks: all that are attached to either hear each other from now on. */
  async join(other: Network): Promise<void> {
    const port = `port${(this.#ports += 1)}`
    const opposite = `port${(other.#ports += 1)}`
    const peer = ['peer', 'name', opposite, 'netns', other.#switch.name]
    await this.#switch.ip('link', 'add', 'name', port, 'type', 'veth', ...peer)
    await this.#switch.ip('link', 'set', port, 'master', 'bridge', 'up')
    await other.#switch.ip('link', 'set', opposite, 'master', 'bridge', 'up')
  }

  /** Takes the interface away, as when an adapter is pulled out. */
  async detach(namespace: Namespace, name: string): Promise<void> {
    await namespace.ip('link', 'delete', name)
  }
}

function uniqueName(label: string): string {
  made += 1
  return `ws-${process.pid}-${made}-${label}`
}
