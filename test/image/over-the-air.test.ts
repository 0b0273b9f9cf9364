import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { random, randomMoment, seed } from '../faults/rounds.ts'
import { Machine } from './machine.ts'
import type { Shell } from './shell.ts'

const IMAGE = fileURLToPath(new URL('../../image/out/pc-developer/waystation.img', import.meta.url))
const skip = !existsSync(IMAGE) && `there is no ${IMAGE}: image/build pc --developer`

const CARD = '/boot/waystation-card.html'
/** Where the people's disk is. What they write there is at once on it: a cut of the hub's power is none of their phones'. */
const PEOPLE = '/run/people'
const PASSPHRASE = 'lluvia-tambor-nube-siete'
/** As long as an exchange of one batch takes on a busy machine. */
const CUT_WITHIN_MS = 6_000

t.test(`phones come over the air (seed ${seed})`, { skip }, async (t) => {
  const people = await makePeople(t)
  const machine = await Machine.make(t, { image: IMAGE, name: 'River house', developer: true, people })
  await machine.start('bios')
  const first = await machine.shell()
  await allUnitsAreWell(t, first)
  const card = await first.run(`until [ -s ${CARD} ]; do sleep 1; done; cat ${CARD}`)
  const [, ssid = '', passphrase = ''] = /<b>(.*)<\/b>[^]*<small>.*?<code>(.*?)<\/code>/.exec(card) ?? []
  t.match(passphrase, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/, 'the join card says how to come in')
  const leases = await arrive(first, ssid, passphrase)
  t.comment(leases)
  t.comment(await first.runUntil(/in the middle/, by('ana', 'first-day.js', PASSPHRASE, leases)))
  await randomMoment(CUT_WITHIN_MS)
  const { flushed, kept, lost } = await machine.cutPower(random)
  t.comment(`writes flushed ${flushed}, kept ${kept}, lost ${lost}`)

  await machine.start('bios')
  const second = await machine.shell()
  await allUnitsAreWell(t, second)
  const day = await second.run(by('cora', 'next-day.js', PASSPHRASE, await arrive(second, ssid, passphrase)))
  t.match(JSON.parse(day), {
    sameDevice: true,
    claimed: true,
    warnings: [],
    before: { observations: 5, photos: 5 },
    after: { observations: 10, photos: 10 },
    onThePage: { known: 10, held: 10 }
  })
  await allUnitsAreWell(t, second)
})

/** Waits until the machine has started. */
async function allUnitsAreWell(t: Test, shell: Shell): Promise<void> {
  // With anything else it ends with another code, and the list says why.
  const state = await shell.run('systemctl is-system-running --wait || true')
  t.equal(await shell.run('systemctl list-units --failed --plain --no-legend'), '', 'no unit has failed')
  t.equal(state, 'running\n', 'it has started as a whole')
}

/** Everybody joins the Wi-Fi. @returns their leases, as JSON */
async function arrive(shell: Shell, ssid: string, passphrase: string): Promise<string> {
  await shell.run(`mkdir ${PEOPLE} && mount -o sync -L people ${PEOPLE}`)
  for (const [type, name] of [
    ['proc', 'proc'],
    ['sysfs', 'sys'],
    ['devtmpfs', 'dev'],
    ['tmpfs', 'run']
  ]) {
    await shell.run(`mount -t ${type} ${type} ${PEOPLE}/${name}`)
  }
  return (await shell.run(runs([], 'arrive.js', ssid, passphrase))).trim()
}

/** A command that runs a file of people/ in the namespace of one of them. */
function by(name: string, file: string, ...args: string[]): string {
  return runs(['ip', 'netns', 'exec', name], file, ...args)
}

function runs(where: readonly string[], file: string, ...args: string[]): string {
  const quoted = args.map((argument) => `'${argument}'`)
  const node = ['node', '--import', 'tsx', `test/image/people/${file}`, ...quoted]
  return ['chroot', PEOPLE, 'env', '--chdir=/project', ...where, ...node].join(' ')
}

/** @returns the disk that they live on */
async function makePeople(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'people-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const disk = join(directory, 'disk.img')
  await promisify(execFile)(fileURLToPath(new URL('people/disk.sh', import.meta.url)), [disk])
  return disk
}
