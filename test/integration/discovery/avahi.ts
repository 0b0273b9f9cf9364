import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Ending, Namespace } from '../../netns.ts'
import { Transcript } from './transcript.ts'

export const AVAHI_COMMANDS = {
  'avahi-daemon': 'avahi-daemon',
  'avahi-browse': 'avahi-utils',
  'avahi-publish': 'avahi-utils',
  'avahi-resolve': 'avahi-utils',
  'dbus-daemon': 'dbus',
  setpriv: 'util-linux',
  unshare: 'util-linux'
}

// Avahi's commands talk to its daemon over the system bus: each daemon of a test gets a bus of its own.
const busConfig = (
  socket: string
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
`

const daemonConfig = (hostName: string) => `[server]
host-name=${hostName}
use-ipv4=yes
use-ipv6=no
[publish]
publish-workstation=no
publish-hinfo=no
[wide-area]
enable-wide-area=no
`

export interface AvahiService {
  readonly event: 'appeared' | 'removed' | 'resolved'
  readonly interfaceName: string
  readonly instance: string
  readonly host?: string
  readonly address?: string
  readonly port?: number
}

/** Debian's avahi in a namespace: the second implementation that discovery is tested against. Ends with the test. */
export class Avahi {
  readonly #namespace: Namespace
  readonly #env: NodeJS.ProcessEnv
  readonly #t: Ending
  /** The name that the daemon has, with `.local`. */
  readonly hostName: string

  private constructor(t: Ending, namespace: Namespace, env: NodeJS.ProcessEnv, hostName: string) {
    this.#t = t
    this.#namespace = namespace
    this.#env = env
    this.hostName = hostName
  }

  /** Resolves when the daemon has its host name, which is another one when `hostName` is taken. */
  static async start(t: Ending, namespace: Namespace, hostName: string): Promise<Avahi> {
    // Not the test's own directory: the path of a socket has 108 bytes at most.
    const directory = await mkdtemp(join(tmpdir(), 'avahi-'))
    t.teardown(() => rm(directory, { recursive: true, force: true }))
    const file = (name: string) => join(directory, name)
    writeFileSync(file('bus.conf'), busConfig(file('bus')))
    writeFileSync(file('avahi.conf'), daemonConfig(hostName))
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${file('bus')}` }

    const bus = spawn('setpriv', [
      '--pdeathsig',
      'KILL',
      'dbus-daemon',
      '--nofork',
      '--nopidfile',
      '--print-address',
      `--config-file=${file('bus.conf')}`
    ])
    t.teardown(() => end(bus))
    await Promise.race([
      once(bus.stdout, 'data'),
      once(bus, 'exit').then(() => Promise.reject(new Error('dbus-daemon does not start')))
    ])

    // The daemon's own directory has a fixed name: it gets a /run of its own.
    const script = 'mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec avahi-daemon "$@"'
    const options = [
      '-f',
      file('avahi.conf'),
      '--no-drop-root',
      '--no-chroot',
      '--no-rlimits',
      '--no-proc-title'
    ]
    const daemon = namespace.spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', ...options], {
      env,
      stdio: ['ignore', 'ignore', 'pipe']
    })
    t.teardown(() => end(daemon))
    return new Avahi(t, namespace, env, await hostNameOf(daemon))
  }

  /** @returns the IPv4 address that avahi finds for a name */
  async resolve(hostName: string): Promise<string> {
    const printed = await this.#namespace.run(
      'env',
      `DBUS_SYSTEM_BUS_ADDRESS=${this.#env['DBUS_SYSTEM_BUS_ADDRESS']}`,
      'avahi-resolve',
      '-4',
      '-n',
      hostName
    )
    return printed.trim().split(/\s+/)[1] ?? ''
  }

  /** Browses for a service type and resolves what it finds, until the test ends. */
  browse(serviceType: string): Transcript<AvahiService> {
    const browser = this.#spawn('avahi-browse', '--parsable', '--resolve', '--no-db-lookup', serviceType)
    return services(browser)
  }

  /** Publishes as `avahi-publish` does. Resolves when it has been announced. */
  async publish(...args: string[]): Promise<ChildProcess> {
    const publisher = this.#spawn('avahi-publish', ...args)
    if (publisher.stderr === null) throw new Error('avahi-publish has no log')
    for await (const line of createInterface({ input: publisher.stderr })) {
      if (line.startsWith('Established')) return publisher
    }
    throw new Error(`avahi-publish ${args.join(' ')} did not establish anything`)
  }

  #spawn(command: string, ...args: string[]): ChildProcess {
    const child = this.#namespace.spawn(command, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#t.teardown(() => end(child))
    return child
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

async function hostNameOf(daemon: ChildProcess): Promise<string> {
  if (daemon.stderr === null) throw new Error('the daemon has no log')
  let log = ''
  const lines = createInterface({ input: daemon.stderr })
  return new Promise((resolve, reject) => {
    daemon.on('exit', () => reject(new Error(`avahi-daemon ended: ${log}`)))
    lines.on('line', (line) => {
      log += `${line}\n`
      const name = /Server startup complete\. Host name is (\S+)\. /.exec(line)?.[1]
      if (name !== undefined) resolve(name)
    })
  })
}

function services(browser: ChildProcess): Transcript<AvahiService> {
  if (browser.stdout === null) throw new Error('avahi-browse has no output')
  const seen = new Transcript<AvahiService>()
  browser.on('exit', () => seen.end(new Error('avahi-browse ended')))
  const events = { '+': 'appeared', '-': 'removed', '=': 'resolved' } as const
  createInterface({ input: browser.stdout }).on('line', (line) => {
    const [sign = '', interfaceName = '', protocol, instance = '', , , host = '', address = '', port] =
      line.split(';')
    if (protocol !== 'IPv4' || (sign !== '+' && sign !== '-' && sign !== '=')) return
    const event = events[sign]
    const heard = { event, interfaceName, instance }
    seen.add(event === 'resolved' ? { ...heard, host, address, port: Number(port) } : heard)
  })
  return seen
}
