import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { Project } from '../../../service/projects/project.ts'
import { MAX_PROJECTS } from '../../../service/projects/projects.ts'
import { Outbox } from '../../../service/storage/outbox.ts'
import { projectIdOf } from '../../../service/wire/project-keys.ts'
import { makeDirectory } from '../../support/directory.ts'
import { makeProject } from './device.ts'
import { filesWith } from './files-with.ts'
import { makeProjects, openProjects } from './open-projects.ts'

t.test('a project that was joined is there after a restart', async (t) => {
  const directory = makeDirectory(t)
  const { details } = makeProject('Forest')
  const before = await openProjects(t, directory)
  const opened: Project[] = []
  before.projects.on('opened', (project) => opened.push(project))
  await before.projects.keep(details)
  const project = await before.projects.open(details)
  t.same(opened, [project])
  t.equal(project.id, projectIdOf(details.projectKey))
  await before.close()
  const { projects } = await openProjects(t, directory)
  t.same(
    projects.all().map(({ keys, secrets }) => [keys.projectKey, keys.joinedAt, secrets?.name]),
    [[details.projectKey, details.joinedAt, 'Forest']]
  )
  t.equal(projects.get(project.id), projects.find(project.id))
})

t.test('a project whose keys were kept before the hub was stopped is opened at the next start', async (t) => {
  const directory = makeDirectory(t)
  const { details } = makeProject()
  const before = await openProjects(t, directory)
  await before.projects.keep(details)
  t.same(before.projects.all(), [])
  await before.close()
  const { projects } = await openProjects(t, directory)
  t.match(projects.all(), [{ id: projectIdOf(details.projectKey), ownRole: 'none' }])
})

t.test('neither the keys of a project nor its name can be read on the card', async (t) => {
  const directory = makeDirectory(t)
  const { details } = makeProject('Ramirez family land')
  const hub = await openProjects(t, directory)
  await hub.projects.keep(details)
  await hub.projects.open(details)
  await hub.close()
  for (const key of Object.values(details.encryptionKeys)) {
    t.same(await filesWith(directory, key), [])
    t.same(await filesWith(directory, Buffer.from(key.toString('hex'))), [])
  }
  t.same(await filesWith(directory, Buffer.from('Ramirez')), [])
  t.same(await filesWith(join(directory, 'keys'), details.projectKey), [])
})

t.test('a project is opened once, however often it is asked for', async (t) => {
  const { projects } = await openProjects(t, makeDirectory(t))
  const { details } = makeProject()
  await projects.keep(details)
  const opened = await Promise.all([projects.open(details), projects.open(details)])
  t.equal(opened[0], opened[1])
  t.equal(projects.all().length, 1)
})

t.test('a hub that is called otherwise writes its new name into its projects, once', async (t) => {
  let hubName = 'Camp'
  const { projects } = await openProjects(t, makeDirectory(t), { hubName: () => hubName })
  const { details } = makeProject()
  await projects.keep(details)
  const project = await projects.open(details)
  const own = project.cores.all().find(({ namespace }) => namespace === 'config')
  const before = own?.core.length ?? NaN
  hubName = 'River camp'
  await projects.writeNames()
  t.equal(own?.core.length, before + 2)
  await projects.writeNames()
  t.equal(own?.core.length, before + 2)
})

t.test('the hub is in so many projects and no more', async (t) => {
  const { projects } = await openProjects(t, makeDirectory(t))
  const last = makeProject().details
  for (let i = 1; i < MAX_PROJECTS; i++) {
    const { details } = makeProject()
    await projects.keep(details)
    await projects.open(details)
  }
  await projects.keep(last)
  await projects.open(last)
  await t.rejects(projects.keep(makeProject().details), { code: 'JOIN_FAILED' })
  await t.resolves(projects.keep(last), 'one that it is in is no further one')
})

t.test('a project that the hub is not in is said not to be there', async (t) => {
  const { projects } = await openProjects(t, makeDirectory(t))
  const id = projectIdOf(makeProject().details.projectKey)
  t.equal(projects.find(id), undefined)
  t.throws(() => projects.get(id), { code: 'PROJECT_NOT_FOUND' })
})

t.test('an own core that lacks blocks does not keep the hub from starting', async (t) => {
  const directory = makeDirectory(t)
  const { details } = makeProject()
  const before = await openProjects(t, directory)
  await before.projects.keep(details)
  await before.close()
  // The last run was about to write the 5th block, and the card has lost those before it.
  const path = join(directory, 'keys', 'outbox', `${projectIdOf(details.projectKey)}.config`)
  await mkdir(dirname(path))
  await new Outbox(path).write({ index: 5, blocks: [Buffer.from('block')] })
  const { projects } = await openProjects(t, directory)
  t.equal(projects.all().length, 1)
})

t.test('projects that were open are closed when one cannot be opened', async (t) => {
  const directory = makeDirectory(t)
  const { details } = makeProject()
  const before = await openProjects(t, directory)
  for (const one of [details, makeProject().details]) await before.projects.keep(one)
  await before.close()
  const { projects } = await makeProjects(t, directory)
  const opened: Project[] = []
  projects.on('opened', (project) => {
    opened.push(project)
    if (opened.length === 2) throw new Error('A part of the hub is broken')
  })
  await t.rejects(projects.ready(), { message: 'A part of the hub is broken' })
  t.same(
    opened.map(({ closed }) => closed),
    [true, true]
  )
})
