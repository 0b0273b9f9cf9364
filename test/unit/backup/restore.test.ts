import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { collectBackup } from '../../../service/backup/collect.ts'
import { finishRestore, stageRestore } from '../../../service/backup/restore.ts'
import { RestoredProjects } from '../../../service/projects/restored-projects.ts'
import type { ProjectId } from '../../../service/ids.ts'
import { makeDirectory } from '../../support/directory.ts'

const PROJECT = 'y'.repeat(52) as ProjectId

async function write(directory: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await writeFile(join(directory, path), content)
  }
}

async function makeHub(root: string) {
  const directory = join(root, 'old')
  await write(directory, {
    'keys/identity': 'old identity',
    'keys/identity.copy': 'old identity',
    'keys/operator-token': 'token',
    'keys/secret/mirrors/abc': 'key of a mirror',
    'keys/secret/ledger': 'key of the ledger',
    'keys/secret/ledger.copy': 'key of the ledger',
    'keys/secret/root-key': 'sealed root key',
    [`keys/ready/projects/${PROJECT}`]: 'project',
    [`keys/ready/projects/${PROJECT}.copy`]: 'project',
    'keys/seal.0a1b2c3d.tmp': 'half',
    'core-lengths': 'lengths',
    'settings.json': '{}',
    'cores/db/CURRENT': 'database'
  })
  return directory
}

async function makeNewHub(root: string, name = 'new') {
  const directory = join(root, name)
  await write(directory, { 'keys/identity': 'new identity', 'cores/db/CURRENT': 'empty', running: '' })
  return directory
}

t.test('a backup holds what makes the hub itself, and no key of what is made anew', async (t) => {
  const { files, madeAt } = await collectBackup(await makeHub(makeDirectory(t)), 5)
  t.equal(madeAt, 5)
  t.same(Object.keys(files).sort(), [
    'core-lengths',
    'keys/identity',
    'keys/identity.copy',
    `keys/ready/projects/${PROJECT}`,
    `keys/ready/projects/${PROJECT}.copy`,
    'keys/secret/root-key',
    'settings.json'
  ])
})

t.test('a restored hub has the old keys and nothing else, and writes into no project yet', async (t) => {
  const root = makeDirectory(t)
  const directory = await makeNewHub(root)
  await stageRestore(directory, await collectBackup(await makeHub(root), 5))
  t.equal(
    await readFile(join(directory, 'keys/identity'), 'utf8'),
    'new identity',
    'not before the next start'
  )
  t.equal(await finishRestore(directory), true)
  t.same((await readdir(directory)).sort(), ['core-lengths', 'keys', 'settings.json'])
  t.equal(await readFile(join(directory, 'keys/identity'), 'utf8'), 'old identity')
  const restored = new RestoredProjects(join(directory, 'keys/restored'))
  await restored.load()
  t.equal(restored.has(PROJECT), true)
  await restored.confirm(PROJECT)
  t.equal(restored.has(PROJECT), false)
  const later = new RestoredProjects(join(directory, 'keys/restored'))
  await later.load()
  t.equal(later.has(PROJECT), false, 'also after a restart')
  t.equal(await finishRestore(directory), false)
})

t.test(
  'a restore that power was cut from is gone on from, and one that was not whole is dropped',
  async (t) => {
    const root = makeDirectory(t)
    const directory = await makeNewHub(root)
    await stageRestore(directory, await collectBackup(await makeHub(root), 5))
    // As after a cut when the first name was moved.
    await writeFile(join(directory, 'restoring/cleared'), '')
    await rename(join(directory, 'keys'), join(directory, 'gone'))
    await rename(join(directory, 'restoring/contents/keys'), join(directory, 'keys'))
    t.equal(await finishRestore(directory), true)
    t.equal(await readFile(join(directory, 'keys/identity'), 'utf8'), 'old identity')
    t.equal(await readFile(join(directory, 'core-lengths'), 'utf8'), 'lengths')

    const other = await makeNewHub(root, 'other')
    await write(other, { 'restoring/contents/keys/identity': 'half' })
    t.equal(await finishRestore(other), false)
    t.equal(await readFile(join(other, 'keys/identity'), 'utf8'), 'new identity')
    t.notOk((await readdir(other)).includes('restoring'))
  }
)
