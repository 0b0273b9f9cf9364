import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { MAX_FAILED_STARTS } from '../../service/system/start-counter.ts'
import { startHub } from '../support/hub-process.ts'
import { startOnce } from './start-once.ts'

t.test(
  'a hub that cannot start serves a page that says so, and is itself again when the cause is gone',
  async (t) => {
    const hub = await startHub(t)
    const { deviceId, directory } = hub
    await hub.stop()
    const current = join(directory, 'cores', 'db', 'CURRENT')
    await rename(current, `${current}-away`)
    await mkdir(current) // no damage by what RocksDB says: nothing is set aside for it
    for (let start = 0; start < MAX_FAILED_STARTS; start++) {
      t.equal((await startOnce(t, directory)).msg, 'ended 1')
    }
    const safe = await startOnce(t, directory)
    t.equal(safe.msg, 'safe mode')
    const health = await fetch(`${safe.http}/api/health`)
    t.equal(health.status, 503)
    t.match(await health.json(), { code: 'SAFE_MODE' })
    t.match(await (await fetch(safe.http)).text(), /does not start/)
    await safe.stop()

    await rm(current, { recursive: true })
    await rename(`${current}-away`, current)
    await hub.start()
    t.equal(hub.deviceId, deviceId)
    t.equal(await readFile(join(directory, 'starts'), 'utf8'), '0')
  }
)

t.test('a second hub on the same directory is refused, and does the first no harm', async (t) => {
  const hub = await startHub(t)
  for (let start = 0; start <= MAX_FAILED_STARTS; start++) {
    t.equal((await startOnce(t, hub.directory)).msg, 'ended 1')
  }
  t.equal((await fetch(`${hub.url}/api/health`)).status, 200)
  await hub.kill()
  await hub.start()
})

t.test('a machine whose card is damaged gets a page that says so, and no new device', async (t) => {
  const directory = t.testdir({ reports: { 'data-state': 'damaged\n' }, data: {} })
  const data = join(directory, 'data')
  const safe = await startOnce(t, data, ['--reports', join(directory, 'reports')])
  t.equal(safe.msg, 'safe mode')
  t.match(await (await fetch(`${safe.http}/api/health`)).json(), { detail: 'CARD_DAMAGED' })
  t.same(await readdir(data), [])
  await safe.stop()
})
