import { randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { KeyRing } from '../../../service/identity/key-ring.ts'
import type { CoreKey, DeviceId } from '../../../service/ids.ts'
import { ProjectVault } from '../../../service/projects/project-vault.ts'
import { projectIdOf } from '../../../service/wire/project-keys.ts'
import { makeDirectory } from '../../support/directory.ts'
import { openKeyRing } from '../identity/open-key-ring.ts'
import { makeProject } from './device.ts'
import { filesWith } from './files-with.ts'

async function openVault(directory: string, key: Buffer, keyRing?: KeyRing): Promise<ProjectVault> {
  const ring = keyRing ?? (await openKeyRing(join(directory, 'keys')))
  return new ProjectVault({ directory: join(directory, 'ready'), key, secret: (name) => ring.secret(name) })
}

const randomKey = () => randomBytes(32).toString('hex') as CoreKey
const someOwnership = () => ({
  deviceId: randomBytes(32).toString('hex') as DeviceId,
  coreKeys: {
    auth: randomKey(),
    config: randomKey(),
    data: randomKey(),
    blobIndex: randomKey(),
    blob: randomKey()
  }
})

t.test('gives back every project as it was kept, in any later run', async (t) => {
  const directory = makeDirectory(t)
  const key = randomBytes(32)
  const kept = ['Forest', 'Río Ñandú'].map((name) => ({
    ...makeProject(name).details,
    color: '#3c7',
    description: 'Where we walk'
  }))
  const before = await openVault(directory, key)
  t.same(await before.list(), [], 'none before the first')
  for (const details of kept) await before.save(details)
  await before.save(kept[0] as (typeof kept)[number])
  const after = await openVault(directory, key)
  t.equal((await after.list()).length, kept.length)
  for (const { projectKey, encryptionKeys, name, color, description, joinedAt } of kept) {
    const keys = (await after.list()).find((one) => one.projectKey.equals(projectKey))
    t.same(keys, {
      projectKey,
      authKey: encryptionKeys.auth,
      joinedAt,
      ownCores: null,
      departure: null
    })
    const { auth, ...secretKeys } = encryptionKeys
    void auth
    const expected = { encryptionKeys: secretKeys, name, color, description }
    t.same(await after.secretsOf(projectIdOf(projectKey)), expected)
  }
})

t.test('remembers the members of each project apart', async (t) => {
  const directory = makeDirectory(t)
  const key = randomBytes(32)
  const [forest, river] = [makeProject(), makeProject()].map(({ details }) =>
    projectIdOf(details.projectKey)
  ) as [ReturnType<typeof projectIdOf>, ReturnType<typeof projectIdOf>]
  const members = [someOwnership(), someOwnership()]
  await (await openVault(directory, key)).membersOf(forest).save(members)
  const after = await openVault(directory, key)
  t.same(await after.membersOf(forest).load(), members)
  t.same(await after.membersOf(river).load(), [])
})

t.test('what it keeps cannot be read without the keys', async (t) => {
  const directory = makeDirectory(t)
  const vault = await openVault(directory, randomBytes(32))
  const { details } = makeProject('Ramirez family land')
  const member = someOwnership()
  await vault.save(details)
  await vault.membersOf(projectIdOf(details.projectKey)).save([member])
  t.same(await readdir(join(directory, 'ready', 'projects')), [projectIdOf(details.projectKey)])
  const secrets = [
    'Ramirez',
    member.deviceId,
    member.coreKeys.auth,
    ...[details.projectKey, ...Object.values(details.encryptionKeys)].flatMap((key) => [
      key,
      key.toString('hex')
    ])
  ]
  for (const secret of secrets) t.same(await filesWith(directory, Buffer.from(secret as string)), [])
  await t.rejects((await openVault(directory, randomBytes(32))).list(), { code: 'FILE_DAMAGED' })
})

t.test('a locked hub takes the keys of a project in, and reads them when it is unlocked', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(join(directory, 'keys'))
  await keyRing.beginSealing('the river is high')
  keyRing.lock()
  const vault = await openVault(directory, randomBytes(32), keyRing)
  const { details } = makeProject('Forest')
  const id = projectIdOf(details.projectKey)
  await vault.save(details)
  t.match(await vault.list(), [{ projectKey: details.projectKey, authKey: details.encryptionKeys.auth }])
  await t.rejects(vault.secretsOf(id), { code: 'HUB_LOCKED' })
  await keyRing.unlock('the river is high')
  t.match(await vault.secretsOf(id), {
    name: 'Forest',
    encryptionKeys: { data: details.encryptionKeys.data }
  })
})

t.test('what a cut left half written is no project', async (t) => {
  const directory = makeDirectory(t)
  const vault = await openVault(directory, randomBytes(32))
  const { details } = makeProject()
  await vault.save(details)
  const name = `${projectIdOf(details.projectKey)}.0badcafe.tmp`
  await writeFile(join(directory, 'ready', 'projects', name), 'half')
  t.equal((await vault.list()).length, 1)
})
