import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const SCRIPT = fileURLToPath(new URL('../../../image/rootfs/usr/lib/waystation/keep-log', import.meta.url))
const run = promisify(execFile)
const skip = await run('journalctl', ['--version']).then(
  () => false,
  () => 'journalctl is missing'
)

t.test('the end of this start’s log is kept, and that of the start before', { skip }, async (t) => {
  const directory = t.testdir()
  const script = join(directory, 'keep-log')
  const folder = join(directory, 'log')
  await writeFile(script, (await readFile(SCRIPT, 'utf8')).replace('/data/system/log', folder))
  await run('sh', [script])
  t.same(await readdir(folder), ['boot-id', 'this-start.log.gz'])
  await writeFile(join(folder, 'boot-id'), 'another start\n')
  await run('sh', [script])
  t.same(await readdir(folder), ['boot-id', 'last-start.log.gz', 'this-start.log.gz'])
})
