import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import type { Problem } from '../../service/web/problem-schema.ts'
import type { StatusView } from '../../service/web/status-schemas.ts'
import type { PeerAddress } from '../phones/commands.ts'
import type { Random } from '../support/random.ts'
import { askMonitor } from './monitor.ts'
import { Shell } from './shell.ts'
import { cutPower, type Cut } from './write-log.ts'

const run = promisify(execFile)

const FIRMWARE = {
  bios: [],
  // Debian package ovmf.
  uefi: ['-drive', 'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd']
}
export type Firmware = keyof typeof FIRMWARE

/**
 * With what Node.js and RocksDB need, and of a maker whose processors the kernel need not guard against Meltdown: with that guard, each
 * call of the kernel empties the emulator's address cache, and a start takes a quarter more.
 */
const PROCESSOR = 'Opteron_G3,+ssse3,+sse4.1,+sse4.2'
/**
 * One: the kernel rewrites its own code while it runs, and the emulator, which has a thread for each processor, now and then has another one
 * fall over a half-written instruction ("Oops: int3", 2 of 140 starts).
 */
const PROCESSORS = '1'
/**
 * What its kernel is told besides, in the configuration of the boot loader; the image is tested as it is. What goes wrong is told on
 * the serial line. At its start the kernel waits 40 ms for ticks of its timer, and panics when there are none: on a busy machine an
 * emulator may be as late as that, a board is not.
 */
const KERNEL_ARGUMENTS =
  'console=tty0 console=ttyS0,115200 systemd.journald.forward_to_console=1 systemd.journald.max_level_console=notice no_timer_check'
const BOOT_CONFIGURATION = '::/grub/grub.cfg'
const DISK_BYTES = 4 * 1024 ** 3
const SECTOR_BYTES = 512
/** As much as a Raspberry Pi Zero 2 W has. */
const MEMORY_MEBIBYTES = 512
/** People's phones are processes in the machine, too. */
const MEMORY_WITH_PEOPLE_MEBIBYTES = 2048
/** A developer build's root shell on the second serial line: on the first one the kernel talks. */
const SHELL_ARGUMENTS = 'systemd.wants=serial-getty@ttyS1.service'
/** Simulated radios: the hub's, and one for each of three people. */
const AIR_ARGUMENTS = 'modules_load=mac80211_hwsim mac80211_hwsim.radios=4'
/** Where the boot partition begins: see image/pc/genimage.cfg. */
const BOOT_PARTITION_OFFSET = '1M'
/** The image's own, while the settings name none. */
const SYNC_PORT = 4242
/** A clock that lost its battery: a Raspberry Pi has none at all. */
const BATTERY_CLOCK = '2001-01-01T00:00:00'
const ASK_EVERY_MS = 500
/** What was asked of a machine that then restarted is never answered. */
const ANSWER_LIMIT_MS = 20_000
/** Of what it says on its serial line: a panic with its registers, or why a unit gave up. */
const LAST_WORDS_CHARS = 8_000
/** Ends waits that would never end, measures nothing: without acceleration and beside other work a start takes minutes. */
const START_LIMIT_MS = 1_800_000

export interface MachineParts {
  image: string
  name: string
  /** Whether it may restart by itself; else that fails the test, because a panic would hide in it. */
  restarts?: boolean
  /** Whether the image is a developer build, which has a root shell. */
  developer?: boolean
  /** The disk of people with phones, whose radios are in this machine too. Its hub has a Wi-Fi of its own then. */
  people?: string
}

/**
 * A PC that starts from the image as it was built. A cable leads from it to this machine: `url` is its page, `address` what
 * phones dial; with people around it nobody listens there. What a technician would do with a card reader is done before the
 * first start: `settings` are put on the boot partition.
 */
export class Machine {
  readonly #t: Test
  readonly #directory: string
  readonly #ports: { http: number; sync: number }
  readonly #restarts: boolean
  readonly #people: string | undefined
  #process: ChildProcess | null = null
  #last = ''
  #status: StatusView | null = null
  #badSector: number | null = null

  private constructor(
    t: Test,
    directory: string,
    {
      restarts,
      people,
      ...ports
    }: { http: number; sync: number; restarts: boolean; people: string | undefined }
  ) {
    this.#t = t
    this.#directory = directory
    this.#ports = ports
    this.#restarts = restarts
    this.#people = people
  }

  static async make(
    t: Test,
    { image, name, restarts = false, developer = false, people }: MachineParts
  ): Promise<Machine> {
    const directory = await mkdtemp(join(tmpdir(), 'machine-'))
    t.teardown(() => rm(directory, { recursive: true, force: true }))
    const machine = new Machine(t, directory, {
      http: await freePort(),
      sync: await freePort(),
      restarts,
      people
    })
    t.teardown(() => machine.#kill())
    await copyFile(image, machine.disk)
    await truncate(machine.disk, DISK_BYTES)
    await machine.offerSettings([`name = "${name}"`])
    const extra = [...(developer ? [SHELL_ARGUMENTS] : []), ...(people === undefined ? [] : [AIR_ARGUMENTS])]
    const grub = await machine.bootFile(BOOT_CONFIGURATION)
    await machine.#putOnBoot(
      BOOT_CONFIGURATION,
      grub.replace('waystation.slot=$slot', ['$&', KERNEL_ARGUMENTS, ...extra].join(' '))
    )
    return machine
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`
  }

  get deviceId(): string {
    if (this.#status === null) throw new Error('the machine has not been up')
    return this.#status.hub.deviceId
  }

  get address(): PeerAddress {
    return { deviceId: this.deviceId, port: this.#ports.sync }
  }

  /**
   * Puts `waystation.toml` on the boot partition, while the power is off, as Windows' Notepad writes it.
   * @param settings lines of TOML
   */
  async offerSettings(settings: readonly string[]): Promise<void> {
    // A hub on somebody else's network, unless people are there to come to its own.
    const network = this.#people === undefined ? ['network = "none"'] : []
    const text = ['\uFEFF', ...[...network, ...settings].map((line) => `${line}\r\n`)].join('')
    await this.#putOnBoot('::/waystation.toml', text)
  }

  /** Reads a file of the boot partition, while the power is off. @param path such as `::/waystation-result.txt` */
  async bootFile(path: string): Promise<string> {
    return (await run('mtype', ['-i', this.#boot, path])).stdout
  }

  /** @returns names of what lies at the top of the boot partition, while the power is off */
  async bootFiles(): Promise<string[]> {
    return (await run('mdir', ['-b', '-i', this.#boot, '::'])).stdout
      .split(/\s+/)
      .map((path) => path.slice(3))
  }

  /** Resolves when its hub serves. */
  async powerOn(firmware: Firmware): Promise<StatusView> {
    await this.start(firmware)
    return this.serves()
  }

  /** Gives it power, and does not wait for anything. */
  async start(firmware: Firmware): Promise<void> {
    await rm(this.#log, { force: true })
    await writeFile(this.#log, '')
    await truncate(this.#log, 2 * DISK_BYTES)
    // The machine writes beside the disk; what reached the disk is in the log.
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', this.disk, this.#written])
    const forwards = [
      `tcp:127.0.0.1:${this.#ports.http}-:80`,
      `tcp:127.0.0.1:${this.#ports.sync}-:${SYNC_PORT}`
    ]
    // QEMU 7.2's log of writes loses a write that has as many pieces as one may have (it adds two), so none are merged; and it gets
    // out of step when a write comes while it notes one of zeroes, so zeroes are written as such.
    // prettier-ignore
    const child = spawn('setpriv', [
      '--pdeathsig', 'KILL', 'qemu-system-x86_64', '-M', 'q35', '-accel', 'tcg', '-cpu', PROCESSOR, '-smp', PROCESSORS,
      '-m', `${this.#people === undefined ? MEMORY_MEBIBYTES : MEMORY_WITH_PEOPLE_MEBIBYTES}`, '-nodefaults', ...(this.#restarts ? [] : ['-no-reboot']), '-display', 'none', '-vga', 'std',
      '-serial', 'stdio', '-serial', `unix:${this.#shell},server=on,wait=off`, ...FIRMWARE[firmware],
      '-blockdev', `driver=qcow2,node-name=written,file.driver=file,file.filename=${this.#written}`,
      '-blockdev', `driver=raw,node-name=log,file.driver=file,file.filename=${this.#log}`,
      '-blockdev', `driver=blkdebug,node-name=worn,image=written${this.#wear()}`,
      '-blockdev', `driver=blklogwrites,node-name=disk,file=worn,log=log,log-sector-size=${SECTOR_BYTES},log-super-update-interval=1`,
      '-device', 'virtio-blk-pci,drive=disk,request-merging=off,discard=off,write-zeroes=off', '-device', 'virtio-rng-pci',
      '-rtc', `base=${BATTERY_CLOCK}`, '-device', 'qemu-xhci,id=usb', '-qmp', `unix:${this.#monitor},server=on,wait=off`,
      '-netdev', `user,id=cable,${forwards.map((forward) => `hostfwd=${forward}`).join(',')}`,
      '-device', 'virtio-net-pci,netdev=cable', ...this.#disksOfPeople()
    ], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    this.#last = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on(
        'data',
        (text: Buffer) => (this.#last = (this.#last + text.toString()).slice(-LAST_WORDS_CHARS))
      )
    }
    child.once('exit', (code, signal) => {
      if (this.#process === child) this.#t.fail(`the machine ended (${signal ?? code})`, { said: this.#last })
    })
  }

  /** Resolves when the root shell of a developer build is there. */
  async shell(): Promise<Shell> {
    return this.#until('its shell was there', () => Shell.open(this.#shell).catch(() => null))
  }

  /** Resolves when its hub serves, as it is then. @param expected what it has to say besides */
  async serves(expected: (status: StatusView) => boolean = () => true): Promise<StatusView> {
    return this.#until('its hub served', async () => {
      const response = await this.#ask('/api/status')
      if (response?.status !== 200) return null // a safe page answers 503
      // The route answers by the schema that this type comes from.
      const status = (await response.json()) as StatusView
      return expected(status) ? (this.#status = status) : null
    })
  }

  /** Resolves with what its page says of why it does not serve. @param expected what that has to be */
  async refuses(expected: (reason: string) => boolean = () => true): Promise<string> {
    return this.#until('its page said why it does not serve', async () => {
      const response = await this.#ask('/api/health')
      if (response?.status !== 503) return null
      const { detail } = (await response.json()) as Problem
      return expected(detail) ? detail : null
    })
  }

  /** Puts a USB stick in. It can be read and written here again when it was pulled out. */
  async plugIn(stick: string): Promise<void> {
    await askMonitor(this.#monitor, [
      {
        execute: 'blockdev-add',
        arguments: { driver: 'raw', 'node-name': 'stick', file: { driver: 'file', filename: stick } }
      },
      {
        execute: 'device_add',
        arguments: { driver: 'usb-storage', id: 'stick', drive: 'stick', bus: 'usb.0', removable: true }
      }
    ])
  }

  /** Pulls it out, without a word to the machine before. */
  async pullOut(): Promise<void> {
    await askMonitor(this.#monitor, [{ execute: 'device_del', arguments: { id: 'stick' } }])
  }

  /** @returns how much it has written to its disk since it got power, in bytes */
  async writtenBytes(): Promise<number> {
    const [devices] = await askMonitor(this.#monitor, [{ execute: 'query-blockstats' }])
    // BlockStats of QEMU's reference of the protocol. UEFI's firmware and sticks are listed, too.
    const disk = (devices as { 'node-name'?: string; stats: { wr_bytes: number } }[]).find(
      (device) => device['node-name'] === 'disk'
    )
    if (disk === undefined) throw new Error('the machine has no disk')
    return disk.stats.wr_bytes
  }

  /** Ends it at once. What it had not flushed is lost, or not. */
  async cutPower(random: Random): Promise<Cut> {
    await this.#kill()
    return cutPower(this.disk, this.#log, random)
  }

  /** From the next start on, the machine gets an error when it reads that sector of its disk. @param at where it is, in bytes */
  wearOut(at: number): void {
    this.#badSector = at / SECTOR_BYTES
  }

  /** To be read and written while the power is off. */
  get disk() {
    return join(this.#directory, 'disk.img')
  }

  get #boot() {
    return `${this.disk}@@${BOOT_PARTITION_OFFSET}`
  }

  get #shell() {
    return join(this.#directory, 'shell')
  }

  get #written() {
    return join(this.#directory, 'written.qcow2')
  }

  get #monitor() {
    return join(this.#directory, 'monitor')
  }

  get #log() {
    return join(this.#directory, 'writes.log')
  }

  #wear(): string {
    if (this.#badSector === null) return ''
    // Of whatever QEMU does with the disk ("none"), reading.
    return `,inject-error.0.event=none,inject-error.0.iotype=read,inject-error.0.sector=${this.#badSector}`
  }

  #disksOfPeople(): string[] {
    if (this.#people === undefined) return []
    // What reached it, this machine keeps: a cut of the hub's power is none of the phones'.
    const drive = `file=${this.#people},format=raw,if=none,id=people,cache=unsafe`
    return ['-drive', drive, '-device', 'virtio-blk-pci,drive=people']
  }

  async #until<T>(awaited: string, check: () => Promise<T | null>): Promise<T> {
    const limit = AbortSignal.timeout(START_LIMIT_MS)
    for (;;) {
      const answer = await check()
      if (answer !== null) return answer
      if (limit.aborted) throw new Error(`${START_LIMIT_MS} ms passed before ${awaited}\n${this.#last}`)
      if (this.#process?.exitCode !== null)
        throw new Error(`the machine ended before ${awaited}\n${this.#last}`)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  async #putOnBoot(path: string, text: string): Promise<void> {
    const file = join(this.#directory, 'boot-file')
    await writeFile(file, text)
    await run('mcopy', ['-o', '-i', this.#boot, file, path])
  }

  /** Null while nobody listens, or answers. */
  async #ask(path: string): Promise<Response | null> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).catch(() => null)
  }

  async #kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Listening on TCP, it has one.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
