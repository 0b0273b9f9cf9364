import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const FOLDERS = ['rootfs', 'raspberry-pi/rootfs'].map((rootfs) =>
  fileURLToPath(new URL(`../../../image/${rootfs}/usr/lib/systemd/system`, import.meta.url))
)
const run = promisify(execFile)

/** `systemd-analyze security`: 0 is shut, 10 is open. */
const HUB_MAX = 2
const OTHERS_BELOW = 5

/** Units that are let off, with the reason. */
const EXEMPT: Record<string, string> = {
  'waystation-data-check.service':
    'repartitions and repairs the disk, before anything that could be shut off is there',
  'waystation-data-layout.service': 'makes directories at the start and ends',
  'waystation-keep-log-last.service': 'runs keep-log while the machine is being switched off',
  'waystation-update.service': 'writes a slot and restarts the machine; what it is given is checked by RAUC',
  'waystation-usb-stick@.service': 'mounts, which must be seen by everybody',
  'waystation-first-start.service': 'remounts the boot partition, and checks the settings as the hub'
}

async function exposure(path: string): Promise<number> {
  const { stdout } = await run('systemd-analyze', ['security', '--offline=yes', '--no-pager', path])
  return Number(/Overall exposure level for .*: ([0-9.]+)/.exec(stdout)?.[1])
}

/** Paths by name. */
const services = new Map<string, string>()
const pathUnits = new Map<string, string>()
for (const folder of FOLDERS) {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.service')) services.set(name, join(folder, name))
    if (name.endsWith('.path')) pathUnits.set(name, join(folder, name))
  }
}
const installed = await run('systemd-analyze', ['--version']).then(
  () => false,
  () => 'systemd-analyze is missing'
)

t.test('the hub is shut off from what it has no use for', { skip: installed }, async (t) => {
  const level = await exposure(services.get('waystation.service') ?? '')
  t.ok(level <= HUB_MAX, `${level}`)
})

for (const [unit, path] of services) {
  if (unit === 'waystation.service' || unit in EXEMPT) continue
  t.test(`${unit} is shut off from most`, { skip: installed }, async (t) => {
    const level = await exposure(path)
    t.ok(level < OTHERS_BELOW, `${level}`)
  })
}

/** A path whose service may not be started that often any more watches nothing until the machine starts anew. */
const MAY_GIVE_UP: Record<string, string> = {
  'waystation-update.path':
    'what its service takes away lies on the card, which may refuse that, again and again'
}

for (const [unit, path] of pathUnits) {
  t.test(`${unit} misses nothing`, async (t) => {
    const text = await readFile(path, 'utf8')
    // While the service runs, systemd looks at nothing: when it ends, there has to be something to see.
    t.match(text, /^PathExists=/m)
    t.notMatch(text, /^Path(Changed|Modified)=/m)
    if (unit in MAY_GIVE_UP) return
    const service = services.get(unit.replace('.path', '.service')) ?? ''
    t.match(await readFile(service, 'utf8'), /^StartLimitIntervalSec=0$/m)
  })
}
