import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'

const SCRIPTS = fileURLToPath(new URL('../../../image/rootfs/usr/lib/waystation', import.meta.url))
const AUTOBOOT = fileURLToPath(new URL('../../../image/raspberry-pi/autoboot.txt', import.meta.url))
const run = promisify(execFile)

type Board = 'pc' | 'raspberry-pi'

/** A machine that runs from slot A, as the image leaves it. */
async function machine(t: Test, board: Board) {
  const autoboot = board === 'pc' ? {} : { 'autoboot.txt': await readFile(AUTOBOOT) }
  const grub = board === 'pc' ? { grub: { grubenv: '#'.repeat(1024) } } : {}
  const directory = t.testdir({ boot: { ...autoboot, ...grub }, run: { 'booted-slot': 'A\n' } })
  const env = {
    ...process.env,
    WAYSTATION_BOOT: join(directory, 'boot'),
    WAYSTATION_RUN: join(directory, 'run')
  }
  const bootSlot = async (...args: string[]) =>
    (await run(join(SCRIPTS, 'boot-slot'), args, { env })).stdout.trim()
  const file = join(directory, 'boot', board === 'pc' ? 'grub/grubenv' : 'autoboot.txt')
  return { bootSlot, file }
}

for (const board of ['pc', 'raspberry-pi'] as const) {
  t.test(`${board}: a slot that is made primary is on trial until it was found good`, async (t) => {
    const { bootSlot } = await machine(t, board)
    t.equal(await bootSlot('get-primary'), 'A')
    t.equal(await bootSlot('trial'), '')
    await bootSlot('set-primary', 'B')
    t.equal(await bootSlot('trial'), 'B')
    await bootSlot('set-state', 'B', 'good')
    t.equal(await bootSlot('trial'), '')
    t.equal(await bootSlot('get-primary'), 'B')
  })

  t.test(`${board}: a slot that is about to be overwritten is not on trial any more`, async (t) => {
    const { bootSlot } = await machine(t, board)
    await bootSlot('set-primary', 'B')
    await bootSlot('set-state', 'B', 'bad')
    t.equal(await bootSlot('trial'), '')
    t.equal(await bootSlot('get-primary'), 'A')
  })

  t.test(`${board}: a normal start writes nothing`, async (t) => {
    const { bootSlot, file } = await machine(t, board)
    await bootSlot('set-state', 'B', 'good')
    const before = await readFile(file)
    await bootSlot('set-state', 'B', 'good')
    await bootSlot('get-state', 'A')
    t.strictSame(await readFile(file), before)
  })

  t.test(`${board}: a slot that there is not is refused`, async (t) => {
    const { bootSlot } = await machine(t, board)
    await t.rejects(bootSlot('set-primary', 'C'), { code: 1, stderr: /no such slot: C/ })
  })
}

t.test('the environment of GRUB keeps its size, which GRUB knows it by', async (t) => {
  const { bootSlot, file } = await machine(t, 'pc')
  await bootSlot('set-primary', 'B')
  const text = await readFile(file, 'latin1')
  t.equal(text.length, 1024)
  t.match(text, /^# GRUB Environment Block\nprimary=A\ntrial=B\n#+$/)
})

t.test('autoboot.txt names the slots the other way round once B is good, and keeps its length', async (t) => {
  const { bootSlot, file } = await machine(t, 'raspberry-pi')
  await bootSlot('set-primary', 'B')
  await bootSlot('set-state', 'B', 'good')
  t.equal(
    await readFile(file, 'latin1'),
    '[all]\ntryboot_a_b=1\nboot_partition=3\n[tryboot]\nboot_partition=2\n'
  )
})
