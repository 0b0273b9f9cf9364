import Hypercore from 'hypercore'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { systemClock } from '../../service/clock.ts'
import { DeviceIdentity } from '../../service/identity/device-identity.ts'
import { NAMESPACES, type ProjectId } from '../../service/ids.ts'
import { ProjectVault } from '../../service/projects/project-vault.ts'
import { Store } from '../../service/storage/store.ts'
import { projectIdOf } from '../../service/wire/project-keys.ts'
import { goOnline, inviteHub, makeCamp, type Camper } from '../support/camp.ts'

const PASSPHRASE = 'the river is high and brown'
const GONE = 'nothing is left of a project'
const SLICE_BYTES = 24

t.test('a hub leaves a project, keeps nothing of it, and comes back when it is invited again', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0'])
  const [ana, ben] = campers
  const river = await ana.phone.createProject('River')
  await inviteHub({ phone: ana.phone, project: river }, hub)
  const rivers = await river.observeMany(3, { photos: 1 })
  const anas = await ana.project.observeMany(3, { photos: 1 })
  const bens = await ben.project.observeMany(2, { photos: 1 })
  for (const camper of campers) await goOnline(camper, hub)
  await river.startSync()
  await ben.project.waitForVersions(anas)
  await ana.project.waitForVersions(bens)
  for (const project of [ana.project, ben.project, river]) await project.doneWith(hub.deviceId)
  for (const { phone } of campers) await phone.disconnect()

  // What lies on the card of a project that the hub is in: this search finds it, so it can find something.
  await hub.stop()
  const forest = await slicesOf(hub.directory, projectId)
  t.ok(forest.length > 10, `${forest.length} blocks`)
  t.equal(await countOnCard(hub.directory, forest), forest.length)
  const kept = await slicesOf(hub.directory, river.id)
  await hub.start()

  await goOnline(ben, hub)
  await ben.project.doneWith(hub.deviceId)
  const gone = hub.logged(GONE)
  t.same(await office.onlyHere(projectId), { documents: 0, photos: 0 })
  await office.leave(projectId)
  await ben.project.waitForMember(hub.deviceId, { role: 'left' })
  await gone
  t.match(await office.projects(), [{ id: river.id }])
  t.equal((await office.status()).projects, 1)
  for (const path of ['', '/observations', '/devices']) {
    t.equal(await office.refusalOf(`/api/projects/${projectId}${path}`), 'PROJECT_NOT_FOUND')
  }
  await hub.stop()
  t.equal(await countOnCard(hub.directory, forest), 0, 'not even what nobody could read')
  t.equal(await countOnCard(hub.directory, kept), kept.length, 'and all of the other project')
  await hub.start()

  // Who comes later hears of it, too, and gets nothing.
  await goOnline(ana, hub)
  await ana.project.waitForMember(hub.deviceId, { role: 'left' })
  t.same(
    (await office.observations(river.id)).map(({ docId }) => docId).sort(),
    rivers.map(({ docId }) => docId).sort()
  )
  for (const photo of rivers.flatMap(({ photos }) => photos))
    t.ok(await office.photo(river.id, photo, 'original'))
  const { warnings } = await office.status()
  t.same(warnings, [], 'nothing is missed')

  const meanwhile = await ana.project.observe({ photos: 1 })
  t.equal(await ana.project.invite(hub.deviceId), 'ACCEPT')
  await office.until('the hub knows that it is in again', async () =>
    (await office.project(projectId)).role === 'participant' ? true : undefined
  )
  // Phones that are connected while a role changes may overlook it: the hub hangs up, and the app dials again.
  await ana.phone.waitForPeer(hub.deviceId, 'disconnected')
  await goOnline(ana, hub)
  const all = [...anas, ...bens, meanwhile]
  await office.until('the hub has everything anew', async () => {
    const { observations, photos } = await office.project(projectId)
    return (observations === all.length && photos?.held === all.length) || undefined
  })
  await ana.phone.disconnect()
  await goOnline(ben, hub)
  await ben.project.waitForMember(hub.deviceId, { role: 'member', name: 'Base camp' })
  await ben.project.waitForVersions([meanwhile])
  await ben.project.waitForPhotos(meanwhile.photos, 'original')
  await ben.project.doneWith(hub.deviceId)
  for (const photo of all.flatMap(({ photos }) => photos))
    t.ok(await office.photo(projectId, photo, 'original'))
  t.same((await office.status()).warnings, [])
})

t.test('a hub that holds the only copies says so, and loses nothing that it was not told to', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  const upToDate = ({ phone }: Camper) =>
    office.until(`${phone.name} is up to date`, async () => {
      const { devices } = await office.status()
      return devices.some(({ id, state }) => id === phone.deviceId && state === 'up-to-date') || undefined
    })
  await ben.project.observeMany(3, { photos: 1 })
  await goOnline(ben, hub)
  await upToDate(ben)
  await ben.phone.disconnect()
  t.same(await office.onlyHere(projectId), { documents: 0, photos: 0 }, 'whoever collected it has it')
  await ana.phone.dial(hub.address)
  await ana.project.remove(ben.phone.deviceId)
  const lost = await office.until('the hub knows', async () => {
    const onlyHere = await office.onlyHere(projectId)
    return onlyHere.documents > 0 ? onlyHere : undefined
  })
  t.same(lost, { documents: 3, photos: 3 }, 'but whoever was removed does not count')
  await t.rejects(office.leave(projectId), /3 documents and 3 photos.*ONLY_COPIES/)
  await t.rejects(office.leave(projectId, { documents: 3, photos: 2 }), /ONLY_COPIES/)
  t.match(await office.project(projectId), { role: 'participant', observations: 3 })
  await ana.project.startSync()
  await upToDate(ana)
  t.same(await office.onlyHere(projectId), { documents: 0, photos: 0 })
  await office.leave(projectId)
  await ana.project.waitForMember(hub.deviceId, { role: 'left' })
  t.equal((await ana.project.observations()).length, 3)
})

t.test('a hub that is killed while it leaves goes on leaving', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0'])
  const [ana] = campers
  const steps = ['members hear that the hub has left', 'what the hub held of a project is deleted']
  for (const step of steps) {
    await ana.project.observeMany(2, { photos: 1 })
    await goOnline(ana, hub)
    await ana.project.doneWith(hub.deviceId)
    const reached = hub.logged(step)
    const left = office.leave(projectId).catch(() => {}) // the hub ends while it is asked
    await reached
    await hub.kill()
    await left
    await ana.phone.waitForPeer(hub.deviceId, 'disconnected')
    const before = hub.log.length
    await hub.start()
    const isGone = () => hub.log.slice(before).some(({ msg }) => msg === GONE)
    if (!isGone()) await hub.logged(GONE)
    t.same(await office.projects(), [], step)
    t.same(await secretsLeft(hub.directory), [])
    await goOnline(ana, hub)
    await ana.project.waitForMember(hub.deviceId, { role: 'left' })
    t.equal(await ana.project.invite(hub.deviceId), 'ACCEPT')
    await ana.project.waitForMember(hub.deviceId, { role: 'member', name: 'Base camp' })
    await ana.phone.disconnect()
  }
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await office.until('the hub has everything anew', async () =>
    (await office.project(projectId)).observations === 2 * steps.length ? true : undefined
  )
  t.same((await office.status()).warnings, [])
})

t.test('a locked hub erases what it was leaving, and tells so when it is unlocked', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0'])
  const [ana] = campers
  await office.claim(PASSPHRASE)
  await ana.project.observe({ photos: 1 })
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  const reached = hub.logged('leaving a project')
  const left = office.leave(projectId).catch(() => {})
  await reached
  await hub.kill()
  await left
  await ana.phone.waitForPeer(hub.deviceId, 'disconnected')
  await hub.start()
  t.same(await office.projects(), [])
  t.same(await secretsLeft(hub.directory), [])
  await ana.phone.dial(hub.address)
  await office.unlock(PASSPHRASE)
  await ana.project.waitForMember(hub.deviceId, { role: 'left' })
})

/** The middle of every block of a project that a stopped hub holds, but for `auth` and its own, as it lies on the card. */
async function slicesOf(directory: string, projectId: string): Promise<Buffer[]> {
  const logger = pino({ level: 'silent' })
  const identity = new DeviceIdentity({ directory, logger })
  await identity.ready()
  const vault = new ProjectVault({
    directory: join(directory, 'keys', 'ready'),
    key: identity.readySecretFor('projects'),
    secret: () => {
      throw new Error('nothing secret is asked for')
    }
  })
  const kept = await vault.list()
  if (!kept.some(({ projectKey }) => projectIdOf(projectKey) === projectId)) throw new Error('not a project')
  const members = await vault.membersOf(projectId as ProjectId).load()
  const store = new Store({ directory, clock: systemClock, logger })
  await store.ready()
  const slices: Buffer[] = []
  for (const { coreKeys } of members) {
    for (const namespace of NAMESPACES) {
      if (namespace === 'auth') continue
      const core = new Hypercore(store.cores, Buffer.from(coreKeys[namespace], 'hex'), { compat: true })
      await core.ready()
      for (let index = 0; index < core.length; index++) {
        const block = await core.get(index, { raw: true, wait: false })
        const start = Math.floor((block?.byteLength ?? 0) / 2 - SLICE_BYTES / 2)
        if (block !== null && start > 0) slices.push(block.subarray(start, start + SLICE_BYTES))
      }
      await core.close()
    }
  }
  await store.close()
  await identity.close()
  return slices
}

/** How many of them are in any file of the database of a stopped hub. */
async function countOnCard(directory: string, slices: readonly Buffer[]): Promise<number> {
  const database = join(directory, 'cores', 'db')
  const files = await Promise.all((await readdir(database)).map((name) => readFile(join(database, name))))
  return slices.filter((slice) => files.some((file) => file.includes(slice))).length
}

/** What keys there are of projects and mirrors. */
async function secretsLeft(directory: string): Promise<string[]> {
  const folders = ['projects', 'mirrors'].map((name) => join(directory, 'keys', 'secret', name))
  return (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat()
}
