import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { compatible, DeviceTree, isEnabled, type Device } from './device-tree.ts'

const IMAGE =
  process.env['WAYSTATION_PI_IMAGE'] ??
  fileURLToPath(new URL('../../image/out/raspberry-pi/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: make image`
const run = promisify(execFile)

const SECTOR_BYTES = 512
/** FAT32 with LBA: the boot ROM of the Pi 3 knows no other kind. */
const FAT = 0x0c
const LINUX = 0x83

interface Partition {
  type: number
  firstSector: number
  sectors: number
}

/** By the names of their device trees. */
const MODELS = [
  '2837-rpi-3-b',
  '2837-rpi-3-b-plus',
  '2837-rpi-3-a-plus',
  '2837-rpi-zero-2-w',
  '2711-rpi-4-b',
  '2712-rpi-5-b',
  '2712-d-rpi-5-b'
]

/** The four primary partitions of an MBR. */
async function partitions(): Promise<Partition[]> {
  const file = await open(IMAGE)
  const record = Buffer.alloc(SECTOR_BYTES)
  await file.read(record, 0, SECTOR_BYTES, 0)
  await file.close()
  t.equal(record.readUInt16LE(510), 0xaa55)
  return [0, 1, 2, 3].map((number) => {
    const at = 446 + number * 16
    return {
      type: record.readUInt8(at + 4),
      firstSector: record.readUInt32LE(at + 8),
      sectors: record.readUInt32LE(at + 12)
    }
  })
}

async function fileIn({ firstSector }: Partition, name: string): Promise<Buffer> {
  const { stdout } = await run('mtype', ['-i', `${IMAGE}@@${firstSector * SECTOR_BYTES}`, `::${name}`], {
    encoding: 'buffer',
    maxBuffer: 512 * 1024 ** 2
  })
  return stdout
}

t.test('the card is partitioned as the boot ROM and the firmware read it', { skip }, async (t) => {
  const table = await partitions()
  t.same(
    table.map(({ type }) => type),
    [FAT, FAT, FAT, LINUX]
  )
  const [boot, slotA, slotB] = table as [Partition, Partition, Partition, Partition]
  t.equal(slotA.sectors, slotB.sectors)
  t.match((await fileIn(boot, 'autoboot.txt')).toString(), /\[all\]\ntryboot_a_b=1\nboot_partition=2\n/)
  t.ok((await fileIn(boot, 'bootcode.bin')).length > 0, 'what the Pi 3 and Zero 2 W start from')
})

t.test('the slot holds firmware, kernel, initrd and a device tree for each model', { skip }, async (t) => {
  const [, slot] = (await partitions()) as [Partition, Partition]
  for (const firmware of ['start.elf', 'fixup.dat', 'start4.elf', 'fixup4.dat']) {
    t.ok((await fileIn(slot, firmware)).length > 1000, firmware)
  }
  const config = (await fileIn(slot, 'config.txt')).toString()
  for (const line of [
    'arm_64bit=1',
    'kernel=vmlinuz',
    'initramfs initrd followkernel',
    'upstream_kernel=1'
  ]) {
    t.ok(config.split('\n').includes(line), line)
  }
  const kernel = await fileIn(slot, 'vmlinuz')
  t.equal(kernel.subarray(56, 60).toString('latin1'), 'ARM\x64', 'the firmware takes no compressed kernel')
  t.equal((await fileIn(slot, 'initrd')).readUInt32LE(0), 0xfd2fb528, 'Zstandard')
  t.equal((await fileIn(slot, 'root.squashfs')).subarray(0, 4).toString(), 'hsqs')
  for (const model of MODELS) {
    const tree = await fileIn(slot, `bcm${model}.dtb`)
    t.equal(tree.readUInt32BE(0), 0xd00dfeed, model)
    t.ok(tree.includes('brcm,bcm4329-fmac'), `${model} has its radio`)
  }
  t.notMatch((await fileIn(slot, 'cmdline.txt')).toString(), /\n./, 'one line')
})

t.test('each model has the drivers that it needs', { skip }, async (t) => {
  const [, slot] = (await partitions()) as [Partition, Partition]
  const directory = t.testdir({})
  const extracted = async (name: string) => {
    const path = join(directory, name)
    await writeFile(path, await fileIn(slot, name))
    return path
  }
  const listing = await run('sh', ['-c', 'zstd -dc "$1" | cpio --list', 'sh', await extracted('initrd')])
  const inInitrd = new Set(
    [...listing.stdout.matchAll(/^lib\/modules\/(.+)\.ko$/gm)].map(([, file]) => named(file))
  )
  const root = join(directory, 'root')
  await run('unsquashfs', ['-q', '-no', '-d', root, await extracted('root.squashfs'), 'usr/lib/modules'])
  const [version] = (await readdir(join(root, 'usr/lib/modules'))) as [string]
  const aliases = await readFile(join(root, 'usr/lib/modules', version, 'modules.alias'), 'utf8')
  /** By the name that a device tree has for what they drive. */
  const modules = new Map(
    [...aliases.matchAll(/^alias of:N\*T\*C(\S+) (\S+)$/gm)].map(([, device, module]) => [
      device,
      named(module)
    ])
  )
  const asked = ['--basedir', join(root, 'usr'), '--set-version', version, '--field', 'depends']
  /** What a module cannot be loaded without. The kernel's own parts are not named. */
  const dependencies = async (module: string) =>
    (await run('modinfo', [...asked, module])).stdout.trim().split(',').filter(Boolean).map(named)

  const drivers = new Set<string>()
  for (const model of MODELS) {
    const tree = new DeviceTree(await fileIn(slot, `bcm${model}.dtb`))
    const driversOf = (devices: Iterable<Device>) =>
      [...devices].flatMap(compatible).flatMap((device) => modules.get(device) ?? [])
    // The radio is on such a controller, too, and comes later.
    const cards = tree.devices.filter(
      (device) =>
        device.name.startsWith('mmc@') &&
        isEnabled(device) &&
        !device.children.some(({ name }) => name.startsWith('wifi@'))
    )
    t.equal(cards.length, 1, model)
    const needed = cards.flatMap((card) => driversOf(tree.needs(card)))
    t.ok(needed.length > 0)
    t.same(
      needed.filter((driver) => !inInitrd.has(driver)),
      [],
      `${model} reaches its card from the initrd`
    )
    for (const driver of driversOf(tree.devices.filter(isEnabled))) drivers.add(driver)
  }

  t.ok(drivers.has('vc4'), 'the screen')
  // A set gives what is added to it meanwhile, too.
  for (const driver of drivers) {
    for (const dependency of await dependencies(driver)) drivers.add(dependency)
  }
})

/** A module's name as the kernel has it: its file may have another. */
function named(module = ''): string {
  return module.replaceAll('-', '_')
}
