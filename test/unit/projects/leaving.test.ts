import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { NAMESPACES, type CoreKey } from '../../../service/ids.ts'
import type { Project } from '../../../service/projects/project.ts'
import { MAX_DEPARTED, type Projects } from '../../../service/projects/projects.ts'
import { decodeDocument } from '../../../service/wire/documents.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { Device, makeProject, type TestProject } from './device.ts'
import { filesWith } from './files-with.ts'
import { meet, meetCreator, replicate } from './meet.ts'
import { openProjects, type Hub } from './open-projects.ts'

const BLOCK = randomBytes(20_000)

/** A hub that is a member of a project, and holds a block of its creator. */
async function openCamp(t: Test, { role = 'member' }: { role?: 'member' | 'coordinator' } = {}) {
  const directory = makeDirectory(t)
  const hub = await openProjects(t, directory)
  const made = makeProject()
  await hub.projects.keep(made.details)
  const project = await hub.projects.open(made.details)
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(hub.identity.deviceId, role)
  await creator.cores.data.append(BLOCK)
  meetCreator(t, project, creator)
  await until(() => project.cores.of(creator.deviceId, 'data') !== undefined)
  const data = project.cores.of(creator.deviceId, 'data')
  if (data === undefined) throw new Error('The hub has no core of the creator')
  replicate(t, data.core, creator.cores.data)
  data.core.download({ start: 0, end: -1 })
  await until(() => data.core.contiguousLength === 1 && project.ownRole === role)
  return { directory, hub, made, project, creator, data }
}

/** The documents in the hub's own auth core, read by somebody who has the key. */
async function ownAuth({ project, hub, made }: { project: Project; hub: Hub; made: TestProject }) {
  const { publicKey } = hub.identity.coreKeyPair('auth', made.details.projectKey)
  const core = project.cores.get(publicKey.toString('hex') as CoreKey)?.reader
  if (core == null) throw new Error('The hub has no auth core of its own')
  const documents = []
  for (let index = 0; index < core.length; index++) {
    const block = await core.get(index)
    documents.push(block && decodeDocument(block, { discoveryKey: core.discoveryKey, index }))
  }
  return documents
}

/** Resolves when nothing of leaving is left to be done. */
async function isGone(hub: Hub): Promise<void> {
  await until(() => hub.projects.known().every(({ keys }) => keys.departure?.isErased !== false))
}

const idsOf = (projects: Projects) => projects.all().map(({ id }) => id)

t.test('who leaves says so after what was said of it before, and keeps nothing but auth', async (t) => {
  const camp = await openCamp(t)
  const { hub, project, creator, data } = camp
  const left: Project[] = []
  hub.projects.on('left', (project) => left.push(project))
  await hub.projects.leave(project.id, null)
  t.same(left, [project])
  t.same(idsOf(hub.projects), [])
  t.throws(() => hub.projects.get(project.id), { code: 'PROJECT_NOT_FOUND' })
  t.equal(project.ownRole, 'left')
  t.equal(project.members.roleOf(hub.identity.deviceId), 'left', 'by its own document')
  const [, before] = project.members.standingRolesOf(hub.identity.deviceId)
  t.equal(before, undefined, 'one that nothing else contradicts')
  t.match(await ownAuth(camp), [
    { schemaName: 'coreOwnership' },
    { schemaName: 'role', docId: hub.identity.deviceId, fromIndex: 1, links: [/\/1$/] }
  ])
  t.same(
    project.cores.all().filter(({ namespace }) => namespace !== 'auth'),
    []
  )
  t.equal(await hub.store.cores.hasCore(data.core.discoveryKey), false)
  await isGone(hub)
  t.same(await filesWith(camp.directory, BLOCK.subarray(10_000, 10_024)), [])
  await t.rejects(hub.vault.secretsOf(project.id), { code: 'FILE_DAMAGED' }, 'its keys are erased')
  t.ok(hub.forgotten.includes(data.discoveryKey), 'and what was deleted is not missed')
  const own = hub.identity.coreKeyPair('config', camp.made.details.projectKey).publicKey
  t.ok(
    await hub.store.cores.hasCore(Hypercore.discoveryKey(own)),
    'its own cores stay: another history would be frozen by phones'
  )
  await creator.cores.auth.update()
})

t.test(
  'a project that was left is still told of after a restart, and not opened as one of the hub',
  async (t) => {
    const camp = await openCamp(t)
    await camp.hub.projects.leave(camp.project.id, null)
    await camp.hub.close()
    const hub = await openProjects(t, camp.directory)
    t.same(idsOf(hub.projects), [])
    const [project] = hub.projects.known()
    if (project === undefined) return t.fail('the project is forgotten')
    t.equal(project.members.roleOf(hub.identity.deviceId), 'left')
    t.same(
      project.cores.all().map(({ namespace }) => namespace),
      ['auth', 'auth']
    )
    t.equal((await ownAuth({ ...camp, project, hub })).length, 2, 'it is said once')
  }
)

t.test('what a locked hub was leaving is erased at the start, and told when it is unlocked', async (t) => {
  const camp = await openCamp(t)
  // As a hub is killed right after the decision.
  await camp.hub.vault.saveKeys({
    ...camp.project.keys,
    departure: { at: 1, isTold: false, isErased: false, mirrorKey: null }
  })
  await camp.hub.close()
  const hub = await openProjects(t, camp.directory, { locked: true })
  await isGone(hub)
  t.equal(await hub.store.cores.hasCore(camp.data.core.discoveryKey), false)
  const [project] = hub.projects.known()
  if (project === undefined) return t.fail('the project is forgotten')
  t.equal(project.members.roleOf(hub.identity.deviceId), 'member', 'as the others see it')
  t.equal(project.ownRole, 'left')
  await hub.projects.unlock()
  t.equal(project.members.roleOf(hub.identity.deviceId), 'left')
  t.match(await hub.vault.list(), [{ departure: { isTold: true, isErased: true } }])
})

t.test('a step that fails is done again at the next start', async (t) => {
  const directory = makeDirectory(t)
  const broken = await openProjects(t, directory, {
    eraseSecrets: () => Promise.reject(new Error('The card is worn'))
  })
  const { details } = makeProject()
  await broken.projects.keep(details)
  const { id } = await broken.projects.open(details)
  await broken.projects.leave(id, null)
  t.same(idsOf(broken.projects), [], 'it is left all the same')
  await broken.close()
  const hub = await openProjects(t, directory)
  await isGone(hub)
  await t.rejects(hub.vault.secretsOf(id), { code: 'FILE_DAMAGED' })
})

t.test('whoever is invited again writes on where it stopped, and gets everything anew', async (t) => {
  const camp = await openCamp(t)
  const { hub, made, project, creator } = camp
  await hub.projects.leave(project.id, null)
  await isGone(hub)
  const joined: Project[] = []
  hub.projects.on('joined', (project) => joined.push(project))
  await hub.projects.keep(made.details)
  t.equal(await hub.projects.open(made.details), project)
  t.same(joined, [project])
  t.same(idsOf(hub.projects), [project.id])
  t.equal(project.ownRole, 'left', 'until somebody gives it a role again')
  t.same(
    NAMESPACES.map((namespace) => project.cores.of(creator.deviceId, namespace)?.core.length),
    [2, 0, 0, 0, 0].map((length, at) => (at === 0 ? creator.cores.auth.length : length))
  )
  const [standing] = (await ownAuth(camp)).slice(-1)
  if (standing?.schemaName !== 'role') return t.fail('the hub did not say that it left')
  await creator.cores.auth.append(creator.role(hub.identity.deviceId, 'member', 2, standing))
  await until(() => project.ownRole === 'member')
  await hub.close()
  const again = await openProjects(t, camp.directory)
  t.match(again.projects.all(), [{ id: project.id, isDeparted: false }])
})

t.test('the only coordinator does not leave the others alone', async (t) => {
  const { hub, project, made, creator } = await openCamp(t, { role: 'coordinator' })
  t.doesNotThrow(() => hub.projects.assertMayLeave(project.id), 'while there is another one')
  const member = await Device.open(t, made)
  await member.writeOwnership()
  await creator.writeRole(member.deviceId, 'member')
  await meet(t, project, member)
  await until(() => project.members.proven().includes(member.deviceId))
  await creator.writeRole(creator.deviceId, 'left')
  await until(() => project.members.roleOf(creator.deviceId) === 'left')
  await t.rejects(hub.projects.leave(project.id, null), { code: 'LAST_COORDINATOR' })
  t.same(idsOf(hub.projects), [project.id])
})

t.test('a locked hub does not leave, for it could not say so', async (t) => {
  const { hub, project } = await openCamp(t)
  await hub.projects.lock()
  await t.rejects(hub.projects.leave(project.id, null), { code: 'HUB_LOCKED' })
})

t.test('so many projects that were left are told of, and those before them are forgotten', async (t) => {
  const directory = makeDirectory(t)
  const hub = await openProjects(t, directory)
  for (let at = 0; at <= MAX_DEPARTED; at++) {
    const { details } = makeProject()
    const keys = await hub.vault.save(details)
    await hub.vault.saveKeys({ ...keys, departure: { at, isTold: true, isErased: true, mirrorKey: null } })
  }
  await hub.close()
  const { vault, projects } = await openProjects(t, directory)
  t.equal(projects.known().length, MAX_DEPARTED)
  t.same(
    (await vault.list()).filter(({ departure }) => departure?.at === 0),
    [],
    'the one that was left first'
  )
})
