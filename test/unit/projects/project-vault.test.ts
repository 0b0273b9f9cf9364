import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { CoreKey, DeviceId } from '../../../service/ids.ts'
import { ProjectVault } from '../../../service/projects/project-vault.ts'
import { projectIdOf } from '../../../service/wire/project-keys.ts'
import { makeDirectory } from '../../support/directory.ts'
import { makeProject } from './device.ts'
import { filesWith } from './files-with.ts'

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
  const before = new ProjectVault({ directory, key })
  t.same(await before.list(), [], 'none before the first')
  for (const details of kept) await before.save(details)
  await before.save(kept[0] as (typeof kept)[number])
  const after = await new ProjectVault({ directory, key }).list()
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
  t.same([...after].sort(byName), [...kept].sort(byName))
})

t.test('remembers the members of each project apart', async (t) => {
  const directory = makeDirectory(t)
  const key = randomBytes(32)
  const [forest, river] = [makeProject(), makeProject()].map(({ details }) =>
    projectIdOf(details.projectKey)
  ) as [ReturnType<typeof projectIdOf>, ReturnType<typeof projectIdOf>]
  const members = [someOwnership(), someOwnership()]
  await new ProjectVault({ directory, key }).membersOf(forest).save(members)
  const after = new ProjectVault({ directory, key })
  t.same(await after.membersOf(forest).load(), members)
  t.same(await after.membersOf(river).load(), [])
})

t.test('what it keeps cannot be read without the key', async (t) => {
  const directory = makeDirectory(t)
  const vault = new ProjectVault({ directory, key: randomBytes(32) })
  const { details } = makeProject('Ramirez family land')
  const member = someOwnership()
  await vault.save(details)
  await vault.membersOf(projectIdOf(details.projectKey)).save([member])
  t.same(await readdir(join(directory, 'projects')), [projectIdOf(details.projectKey)])
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
  await t.rejects(new ProjectVault({ directory, key: randomBytes(32) }).list(), { code: 'FILE_DAMAGED' })
})
