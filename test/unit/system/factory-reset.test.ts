import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import { finishReset, resetEverything } from '../../../service/system/factory-reset.ts'
import { makeDirectory } from '../../support/directory.ts'

async function makeData(t: Test) {
  const directory = makeDirectory(t)
  for (const folder of ['keys/projects', 'cores/db', 'shelf']) {
    await mkdir(join(directory, folder), { recursive: true })
    await writeFile(join(directory, folder, 'file'), 'something')
  }
  await writeFile(join(directory, 'core-lengths'), '')
  return directory
}

t.test('nothing is left of what the hub kept', async (t) => {
  const directory = await makeData(t)
  await resetEverything(directory)
  t.same(await readdir(directory), [])
})

t.test('a reset that power was cut from is gone on from at the next start', async (t) => {
  const directory = await makeData(t)
  await writeFile(join(directory, 'resetting'), '')
  t.equal(await finishReset(directory), true)
  t.same(await readdir(directory), [])
  t.equal(await finishReset(directory), false)
})

t.test('without a reset nothing is touched', async (t) => {
  const directory = await makeData(t)
  t.equal(await finishReset(directory), false)
  t.same((await readdir(directory)).sort(), ['core-lengths', 'cores', 'keys', 'shelf'])
  t.equal(await finishReset(join(directory, 'not-there')), false)
})

t.test('keys are overwritten before they go', async (t) => {
  const directory = await makeData(t)
  // Another name of the same file keeps its bytes within reach.
  const kept = join(directory, '..', `${basename(directory)}-kept`)
  await link(join(directory, 'keys', 'projects', 'file'), kept)
  t.teardown(() => rm(kept))
  await resetEverything(directory)
  const bytes = await readFile(kept)
  t.equal(bytes.length, 'something'.length)
  t.notOk(bytes.equals(Buffer.from('something')))
})
