import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { DeviceIdentity } from '../../../service/identity/device-identity.ts'
import { NAMESPACES, type CoreKey } from '../../../service/ids.ts'
import { checkOwnership } from '../../../service/projects/ownership.ts'
import type { ProjectCore } from '../../../service/projects/project-cores.ts'
import { decodeDocument, type ComapeoDocument } from '../../../service/wire/documents.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { openStore } from '../storage/open-store.ts'
import { Device, makeProject } from './device.ts'
import { filesWith } from './files-with.ts'
import { meet, meetCreator, meetMember } from './meet.ts'
import { forgetful, makeHubProject, openProject, unlockWith, type Opened } from './open-project.ts'

function ownCore({ project, identity }: Opened, namespace: 'auth' | 'config'): ProjectCore {
  const key = identity.coreKeyPair(namespace, project.keys.projectKey).publicKey.toString('hex') as CoreKey
  const core = project.cores.get(key)
  if (core === undefined) throw new Error('The own core is not open')
  return core
}

async function documentsIn({ reader }: ProjectCore): Promise<(ComapeoDocument | null)[]> {
  if (reader === null) throw new Error('The project is locked')
  const documents: (ComapeoDocument | null)[] = []
  for (let index = 0; index < reader.length; index++) {
    const block = (await reader.get(index)) as Buffer
    documents.push(decodeDocument(block, { discoveryKey: reader.discoveryKey, index }))
  }
  return documents
}

t.test("says at the first opening which cores are the hub's, and what it is called", async (t) => {
  const { details } = makeProject()
  const hub = await openProject(t, makeDirectory(t), details)
  await hub.project.writeName('Camp')
  const auth = ownCore(hub, 'auth')
  const [ownership, ...more] = await documentsIn(auth)
  t.same(more, [])
  if (ownership?.schemaName !== 'coreOwnership') return t.fail('block 0 is no ownership')
  t.match(checkOwnership(ownership, auth.key), { ownership: { deviceId: hub.identity.deviceId } })
  const config = ownCore(hub, 'config')
  t.match(await documentsIn(config), [
    { schemaName: 'deviceInfo', docId: hub.identity.deviceId, name: 'Camp', deviceType: 'desktop' },
    { schemaName: 'deviceInfo', docId: config.key, name: 'Camp', deviceType: 'desktop' }
  ])
})

t.test('writes nothing more when it is opened again', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const before = await openProject(t, directory, details)
  await before.project.writeName('Camp')
  await before.close()
  const after = await openProject(t, directory, details)
  await after.project.writeName('Camp')
  t.equal(ownCore(after, 'auth').core.length, 1)
  t.equal(ownCore(after, 'config').core.length, 2)
})

t.test('another name replaces the one before, also after a restart', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const before = await openProject(t, directory, details)
  await before.project.writeName('Camp')
  await before.close()
  const after = await openProject(t, directory, details)
  await after.project.writeName('River')
  const [first, second, third, fourth, ...more] = await documentsIn(ownCore(after, 'config'))
  t.same(more, [])
  for (const [old, replacement] of [
    [first, third],
    [second, fourth]
  ]) {
    t.match(replacement, {
      name: 'River',
      docId: old?.docId,
      links: [old?.versionId],
      originalVersionId: old?.originalVersionId,
      createdAt: old?.createdAt
    })
  }
})

t.test('a new name is later than the old one when the clock has jumped back to 1970', async (t) => {
  const { details } = makeProject()
  const clock = new ManualClock()
  const hub = await openProject(t, makeDirectory(t), details, { clock })
  await hub.project.writeName('Camp')
  clock.jump(0)
  await hub.project.writeName('River')
  const [before, , after] = await documentsIn(ownCore(hub, 'config'))
  t.equal(Date.parse(String(after?.updatedAt)), Date.parse(String(before?.updatedAt)) + 1)
})

t.test('what the hub writes is encrypted in its cores and in what it sends', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const hub = await openProject(t, directory, details)
  await hub.project.writeName('Camp Ramirez')
  const { core } = ownCore(hub, 'config')
  t.notOk((await core.get(0))?.includes('Ramirez'))
  await hub.close()
  t.same(await filesWith(join(directory, 'cores'), Buffer.from('Ramirez')), [])
})

t.test('no secret key of the hub is in the store', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const hub = await openProject(t, directory, details)
  await hub.project.writeName('Camp')
  const keyPairs = [
    hub.identity.keyPair,
    ...NAMESPACES.map((ns) => hub.identity.coreKeyPair(ns, details.projectKey))
  ]
  await hub.close()
  for (const { secretKey } of keyPairs) {
    // The first half is the seed: the second one is the public key, which belongs there.
    t.same(await filesWith(join(directory, 'cores'), secretKey.subarray(0, 32)), [])
  }
  const [config] = (await filesWith(join(directory, 'cores'), keyPairs[2]?.publicKey as Buffer)).slice(0, 1)
  t.ok(config, 'while public keys are found, so that this search can find something')
})

t.test('the cores of a device are opened once it has proved them and has a role', async (t) => {
  const made = makeProject()
  const { project } = await openProject(t, makeDirectory(t), made.details)
  const creator = await Device.openCreator(t, made)
  const member = await Device.open(t, made)
  await creator.writeOwnership()
  await member.writeOwnership()
  await creator.writeRole(member.deviceId, 'member')
  await meet(t, project, member)
  meetCreator(t, project, creator)
  await until(() => NAMESPACES.every((ns) => project.cores.get(member.keyOf(ns)) !== undefined))
  t.equal(project.members.roleOf(member.deviceId), 'member')
  for (const ns of NAMESPACES) t.equal(project.cores.of(member.deviceId, ns)?.key, member.keyOf(ns))
  t.same(new Set(project.members.announceableAuthKeys()).size, 3, 'the creator, the hub and the member')
})

t.test('members are known again after a restart, before anybody is connected', async (t) => {
  const made = makeProject()
  const directory = makeDirectory(t)
  const memory = forgetful()
  const before = await openProject(t, directory, made.details, { memory })
  const { creator, member } = await meetMember(t, made, before.project)
  await before.close()
  const { project } = await openProject(t, directory, made.details, { memory })
  t.same(project.members.proven().sort(), [creator.deviceId, member.deviceId].sort())
  for (const ns of NAMESPACES) t.ok(project.cores.get(member.keyOf(ns)))
})

t.test('can be closed while it opens', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const identity = new DeviceIdentity({ directory, logger: pino({ level: 'silent' }) })
  await identity.ready()
  const store = await openStore(t, directory)
  const project = makeHubProject({ directory, details, identity, store })
  const opening = project.ready()
  await Promise.all([opening, project.close()])
  t.ok(project.cores.all().every(({ core, reader }) => core.closed && reader?.closed !== false))
})

t.test('is as locked as before when it cannot be unlocked', async (t) => {
  const { details } = makeProject()
  const directory = makeDirectory(t)
  const identity = new DeviceIdentity({ directory, logger: pino({ level: 'silent' }) })
  await identity.ready()
  const store = await openStore(t, directory)
  await writeFile(join(directory, 'file'), '')
  const outboxPath = () => join(directory, 'file', 'below-a-file')
  const project = makeHubProject({ directory, details, identity, store, outboxPath })
  await project.ready()
  t.teardown(() => project.close())
  await t.rejects(project.unlock(unlockWith(details, identity)), { code: 'EEXIST' })
  t.equal(project.secrets, null)
  const readable = project.cores.all().filter(({ reader }) => reader !== null)
  t.ok(readable.length > 0)
  t.ok(readable.every(({ namespace }) => namespace === 'auth'))
})
