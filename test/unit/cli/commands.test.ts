import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Config } from '../../../service/config.ts'
import { DirectoryLock } from '../../../service/storage/directory-lock.ts'
import { aDevice, INVITE, OTHER_PROJECT, PROJECT } from '../web/memory-hub.ts'
import { openHub, runCommand } from './open-hub.ts'

const PASSPHRASE = 'the river is high'

async function claim(url: string) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ passphrase: PASSPHRASE })
  const response = await fetch(`${url}/api/setup`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(await response.text())
}

t.test('status shows the hub and its devices, to everybody', async (t) => {
  const { url } = await openHub(t)
  const { exitCode, stdout, stderr } = await runCommand(['status', '--url', url])
  t.equal(stderr, '')
  t.equal(exitCode, 0)
  t.match(stdout, /^Hub +River hub$/m)
  t.match(stdout, /^Projects +1$/m)
  t.match(stdout, /^DEVICE +NAME +TYPE +STATE +TO HUB +FROM HUB +LAST SEEN$/m)
  t.match(stdout, /^a1a1a1a1a1a1 +Ana +mobile +waiting +0\/3 documents +2\/2 blocks /m)
})

t.test('on the same machine the operator token opens the office', async (t) => {
  const { http, data } = await openHub(t)
  const { stdout } = await runCommand(['status', '--http', http, '--data', data])
  t.match(stdout, /^Projects +Napo$/m)
  const projects = await runCommand(['projects', '--http', http, '--data', data])
  t.match(projects.stdout, new RegExp(`^${PROJECT} +Napo +participant +2 +2 +1/1 +current$`, 'm'))
})

t.test('the place of the hub comes from the same sources as for run', async (t) => {
  const { http, data } = await openHub(t)
  const config = join(data, 'waystation.toml')
  await writeFile(config, `http = "${http}"\n`)
  const { exitCode } = await runCommand(['projects', '--config', config], { env: { WAYSTATION_DATA: data } })
  t.equal(exitCode, 0)
})

t.test('the operator token goes to no hub that is named by its address', async (t) => {
  const { url, data } = await openHub(t)
  const { exitCode, stderr } = await runCommand(['projects', '--url', url, '--data', data])
  t.equal(exitCode, 1)
  t.match(stderr, /^waystation: This needs the office passphrase: give --passphrase-file/)
})

t.test('the passphrase opens the office, from a file or from the environment', async (t) => {
  const { url, data } = await openHub(t)
  await claim(url)
  const file = join(data, 'passphrase')
  await writeFile(file, `${PASSPHRASE}\nsecond line\n`)
  t.equal((await runCommand(['projects', '--url', url, '--passphrase-file', file])).exitCode, 0)
  const env = { WAYSTATION_PASSPHRASE: PASSPHRASE }
  t.equal((await runCommand(['projects', '--url', url], { env })).exitCode, 0)
  const wrong = await runCommand(['projects', '--url', url], { env: { WAYSTATION_PASSPHRASE: 'no' } })
  t.same([wrong.exitCode, wrong.stderr], [1, 'waystation: The passphrase is wrong\n'])
})

t.test('--json prints what the API answers', async (t) => {
  const { hub, http, data } = await openHub(t)
  const here = ['--http', http, '--data', data, '--json']
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await runCommand([...args, ...here])).stdout)
  t.same(await json('projects'), [hub.project()])
  t.same(await json('invites'), hub.pending)
  t.match(await json('status'), { hub: { name: 'River hub' }, office: {} })
  t.same(await json('rebuild-mirror', 'Napo'), { projectId: PROJECT })
})

t.test('invites are listed and answered by the beginning of their id', async (t) => {
  const { hub, http, data } = await openHub(t)
  const here = ['--http', http, '--data', data]
  const list = await runCommand(['invites', ...here])
  t.match(list.stdout, /^0f0f0f0f0f0f +Napo +Participant +Ana \(a1a1a1a1a1a1\) +\S+ +pending$/m)
  const accepted = await runCommand(['invites', 'accept', INVITE.slice(0, 12), ...here])
  t.match(accepted.stdout, /joining$/m)
  t.equal(hub.pending[0]?.state, 'joining')
  const again = await runCommand(['invites', 'reject', INVITE, ...here])
  t.match(again, { exitCode: 1, stderr: /already been answered/ })
  const unknown = await runCommand(['invites', 'accept', 'ff', ...here])
  t.match(unknown, { exitCode: 1, stderr: 'There is no invite "ff"' })
  hub.pending.push({ ...hub.pending[0], id: INVITE.replace(/0f$/, '00') } as (typeof hub.pending)[0])
  const two = await runCommand(['invites', 'accept', '0f', ...here])
  t.match(two, { exitCode: 1, stderr: 'means 2 invites' })
})

t.test('a project is named by its id, the beginning of it, or its name', async (t) => {
  const { hub, http, data } = await openHub(t)
  for (const name of [PROJECT, PROJECT.slice(0, 4), 'Napo']) {
    const { exitCode } = await runCommand(['rebuild-mirror', name, '--http', http, '--data', data])
    t.equal(exitCode, 0, name)
  }
  t.equal(hub.rebuilt, 3)
  for (const name of [OTHER_PROJECT, '', 'apo']) {
    const { exitCode, stderr } = await runCommand(['rebuild-mirror', name, '--http', http, '--data', data])
    t.match([exitCode, stderr], [1, /There is no project/], name)
  }
})

t.test('an export goes to the file that is named, or to standard output', async (t) => {
  const { http, data } = await openHub(t)
  const out = join(data, 'napo.geojson')
  const here = ['export', 'Napo', '--http', http, '--data', data]
  t.equal((await runCommand([...here, '--out', out])).exitCode, 0)
  t.same(JSON.parse(await readFile(out, 'utf8')), { type: 'FeatureCollection', features: [] })
  const { stdout } = await runCommand(here)
  t.same(JSON.parse(stdout), { type: 'FeatureCollection', features: [] })
})

t.test('an export takes a format and the filters of the page', async (t) => {
  const { hub, http, data } = await openHub(t)
  const here = ['export', 'Napo', '--http', http, '--data', data, '--format', 'csv']
  t.equal((await runCommand([...here, '--bbox', '1,2,3,4', '--media', 'photo', '--lang', 'fr'])).exitCode, 0)
  t.same(hub.exports.lastScope, {
    filter: { bbox: { west: 1, south: 2, east: 3, north: 4 }, media: 'photo' },
    language: 'fr'
  })
  const refused = await runCommand([...here, '--bbox', '1,2,3,99'])
  t.match(refused, { exitCode: 1, stderr: /west,south,east,north/ })
})

t.test('an export that breaks off leaves no file, and the one that was there', async (t) => {
  const { hub, http, data } = await openHub(t)
  const out = join(data, 'napo.geojson')
  await writeFile(out, 'earlier')
  hub.exports.chunks = async function* () {
    yield '{"type":'.padEnd(100_000)
    throw new Error('the card is gone')
  }
  const { exitCode } = await runCommand(['export', 'Napo', '--http', http, '--data', data, '--out', out])
  t.equal(exitCode, 1)
  t.equal(await readFile(out, 'utf8'), 'earlier')
  t.same((await readdir(data)).sort(), ['keys', 'napo.geojson'])
})

t.test('names from phones cannot steer the terminal', async (t) => {
  const { hub, url } = await openHub(t)
  hub.devices[0] = aDevice({ name: 'A\u001b[2J\u202eB\nC' })
  const { stdout } = await runCommand(['status', '--url', url])
  t.match(stdout, 'A�[2J�B�C')
})

t.test('a hub that does not answer, and one that is none, are told apart', async (t) => {
  const nobody = await runCommand(['status', '--url', 'http://127.0.0.1:9'])
  t.match(nobody, {
    exitCode: 1,
    stderr: 'waystation: No hub answers at http://127.0.0.1:9: is it running?\n'
  })
  const { hub, url } = await openHub(t)
  hub.devices[0] = { ...aDevice(), state: 'dancing' } as unknown as (typeof hub.devices)[0]
  const other = await runCommand(['status', '--url', url])
  t.match(other, { exitCode: 1, stderr: 'is not a hub that this version knows' })
})

t.test('a hub on any free port must be named', async (t) => {
  const { exitCode, stderr } = await runCommand(['status', '--http', '127.0.0.1:0'])
  t.match([exitCode, stderr], [1, /name it with --url/])
})

t.test('run hands the settings of all sources to the hub', async (t) => {
  let served: Config | null = null
  const serve = async (config: Config) => {
    served = config
    return 10
  }
  const args = ['run', '--sync-port', '99', '--name', 'Base', '--invites', 'accept']
  const { exitCode } = await runCommand(args, { env: { WAYSTATION_NETWORK: 'none' }, serve })
  t.equal(exitCode, 10, 'why the hub ended')
  t.match(served, { syncPort: 99, name: 'Base', invites: 'accept', network: 'none', mdns: true })
})

t.test('what is written wrong ends with 2 and one line', async (t) => {
  const wrong: [args: string[], stderr: RegExp][] = [
    [['run', '--http', 'nowhere'], /^waystation: http: "nowhere" \(from --http\) is not accepted: .*\n$/],
    [['status', '--http', 'nowhere'], /^waystation: http: "nowhere" /],
    [['run', '--config', '/nowhere.toml'], /^waystation: config: "\/nowhere\.toml" .*ENOENT.*\n$/],
    [['run', '--no-such-flag'], /unknown option/],
    [['dance'], /unknown command/],
    [['run', 'extra'], /too many arguments/],
    [['export', 'Napo', '--format', 'docx'], /Allowed choices are geojson, csv, kml, gpx, zip/]
  ]
  for (const [args, expected] of wrong) {
    const { exitCode, stdout, stderr } = await runCommand(args)
    t.equal(exitCode, 2, args.join(' '))
    t.match(stderr, expected)
    t.equal(stdout, '')
  }
})

t.test('help and version end with 0, on standard output', async (t) => {
  const help = await runCommand(['run', '--help'])
  t.match(help, { exitCode: 0, stderr: '', stdout: /--sync-port <N>[^]*WAYSTATION_SYNC_PORT/ })
  t.match(await runCommand(['--version']), { exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
})

t.test('a configuration file is checked before a hub runs on it', async (t) => {
  const directory = t.testdir({ 'good.toml': 'invites = "accept"\n', 'bad.toml': 'invites = "never"\n' })
  const good = await runCommand(['check-config', join(directory, 'good.toml')])
  t.same([good.exitCode, good.stderr], [0, ''])
  const bad = await runCommand(['check-config', join(directory, 'bad.toml')])
  t.equal(bad.exitCode, 2)
  t.match(
    bad.stderr,
    /^waystation: invites: "never" \(from .*bad\.toml\) is not accepted: it must be ask or accept$/m
  )
})

t.test(
  'a sealed hub is locked by whoever is in the office, and unlocked by the passphrase alone',
  async (t) => {
    const { hub, url, http, data } = await openHub(t)
    await claim(url)
    hub.lock.state.mode = 'sealed'
    const own = ['--http', http, '--data', data]
    t.match(await runCommand(['lock', ...own]), { exitCode: 0, stdout: 'The hub is locked.\n' })
    t.equal(hub.lock.state.locked, true)
    const without = await runCommand(['unlock', ...own])
    t.match(without, { exitCode: 1, stderr: /needs the office passphrase/ })
    const env = { WAYSTATION_PASSPHRASE: PASSPHRASE }
    t.match(await runCommand(['unlock', ...own], { env }), { exitCode: 0, stdout: 'The hub is unlocked.\n' })
    t.equal(hub.lock.state.locked, false)
  }
)

t.test('wipe deletes what a stopped hub keeps, and nothing without --yes', async (t) => {
  const data = t.testdir({ keys: { 'root-key': 'secret' }, cores: { block: 'data' } })
  const asked = await runCommand(['wipe', '--data', data])
  t.match(asked, { exitCode: 1, stderr: /say so with --yes/ })
  t.equal(await readFile(join(data, 'keys/root-key'), 'utf8'), 'secret')
  t.match(await runCommand(['wipe', '--yes', '--data', data]), { exitCode: 0 })
  t.same(await readdir(data), [])
})

t.test('wipe refuses a directory that is not a hub’s, and one that a hub runs on', async (t) => {
  const home = t.testdir({ letters: { 'to-ana': 'dear Ana' } })
  t.match(await runCommand(['wipe', '--yes', '--data', home]), {
    exitCode: 1,
    stderr: /is not the data directory/
  })
  t.same(await readdir(home), ['letters'])
  const data = join(home, 'data')
  await mkdir(join(data, 'keys'), { recursive: true })
  const lock = new DirectoryLock(data)
  await lock.ready()
  t.teardown(() => lock.close())
  t.match(await runCommand(['wipe', '--yes', '--data', data]), { exitCode: 1, stderr: /stop that hub first/ })
  t.ok((await readdir(data)).includes('keys'))
})

t.test('a project is left when it is said so, and only copies are lost when that is said, too', async (t) => {
  const { hub, http, data } = await openHub(t)
  const leave = (...args: string[]) =>
    runCommand(['projects', 'leave', 'Napo', '--http', http, '--data', data, ...args])
  t.match(await leave(), { exitCode: 1, stderr: 'This deletes all that the hub holds of Napo' })
  hub.onlyHere = { documents: 3, photos: 12 }
  t.match(await leave('--yes'), {
    exitCode: 1,
    stderr: '3 documents and 12 photos are not known to be anywhere'
  })
  t.match(await leave('--lose-only-copies'), { exitCode: 1, stderr: 'say so with --yes' })
  t.same(hub.left, [])
  t.match(await leave('--yes', '--lose-only-copies'), {
    exitCode: 0,
    stdout: 'The hub has left Napo and holds nothing of it any more.'
  })
  t.same(hub.left, [PROJECT])
})
