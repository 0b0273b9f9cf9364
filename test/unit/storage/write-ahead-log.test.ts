import { appendFile, readlink, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import { WriteAheadLog } from '../../../service/storage/write-ahead-log.ts'

/** A log over a directory with the files of a database, and the names that were synced since the last look. */
function openLog(t: Test, files: Record<string, string>) {
  const directory = t.testdir(files)
  const synced: string[] = []
  const log = new WriteAheadLog({
    directory,
    syncFile: async (file: FileHandle) => {
      synced.push(basename(await readlink(`/proc/self/fd/${file.fd}`)))
    }
  })
  t.teardown(() => log.close())
  return { directory, log, takeSynced: () => synced.splice(0).sort() }
}

t.test('syncs every live log, and nothing else of the database', async (t) => {
  const { log, takeSynced } = openLog(t, {
    '000004.log': 'a',
    '000009.log': 'b',
    '000007.sst': 'c',
    LOG: 'd'
  })
  await log.sync()
  t.same(takeSynced(), ['000004.log', '000009.log'])
})

t.test('syncs again only what has grown', async (t) => {
  const { directory, log, takeSynced } = openLog(t, { '000004.log': 'a', '000009.log': '' })
  await log.sync()
  takeSynced()
  await log.sync()
  t.same(takeSynced(), [])
  await appendFile(join(directory, '000009.log'), 'more')
  await log.sync()
  t.same(takeSynced(), ['000009.log'])
})

t.test('follows the rotation to new logs, and lets go of those that are gone', async (t) => {
  const { directory, log, takeSynced } = openLog(t, { '000004.log': 'a' })
  await log.sync()
  takeSynced()
  await writeFile(join(directory, '000009.log'), 'b')
  await rm(join(directory, '000004.log'))
  await log.sync()
  t.same(takeSynced(), ['000009.log'])
  await writeFile(join(directory, '000004.log'), 'a')
  await log.sync()
  t.same(takeSynced(), ['000004.log'], 'another file under an old name is a new one')
})

t.test('fails when a log cannot be synced, and tries that one again', async (t) => {
  const directory = t.testdir({ '000004.log': 'a' })
  let failures = 1
  const log = new WriteAheadLog({
    directory,
    syncFile: async () => {
      if (failures-- > 0) throw new Error('EIO')
    }
  })
  t.teardown(() => log.close())
  await t.rejects(log.sync(), { message: 'EIO' })
  await log.sync()
  t.equal(failures, -1)
})
