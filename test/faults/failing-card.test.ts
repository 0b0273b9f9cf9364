import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { startHub, type HubProcess } from '../support/hub-process.ts'
import { statusOf, untilStatus, warningsOf } from '../support/hub-status.ts'
import { CardImage, imagesMissing } from './card-image.ts'
import { blocksOf, LightCamp } from './light-camp.ts'
import { startOnce } from './start-once.ts'
import { superviseHub } from './supervised-hub.ts'

const run = promisify(execFile)

// Two of these wait for a minute to pass.
t.jobs = 3

/** While the file exists that FAILS_WHILE names, nothing is made durable: the card answers with EIO. */
const FAILING_SYNC = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int fails(void) { const char *file = getenv("FAILS_WHILE"); return file && access(file, F_OK) == 0; }
int fdatasync(int fd) {
  if (fails()) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
int fsync(int fd) {
  if (fails()) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
`

/** What people see: the card takes nothing more, and nothing more is promised. */
async function saysThatItFailed(t: Test, hub: HubProcess, camp: LightCamp): Promise<void> {
  await untilStatus(hub, ({ storage }) => storage.state === 'failed')
  t.same(await warningsOf(hub), ['storage-failed'])
  t.equal((await fetch(`${hub.url}/api/health`)).status, 503)
  // It may not have heard yet of what was written after it had all.
  while (await camp.isUpToDateAt(hub)) await statusOf(hub)
  for (let time = 0; time < 20; time++) await statusOf(hub)
  t.notOk(await camp.isUpToDateAt(hub), 'nor is it said again')
}

t.test('a hub whose card fails to sync says so, and goes on by itself when it works again', async (t) => {
  const directory = t.testdir({ 'sync.c': FAILING_SYNC, data: {} })
  const shim = join(directory, 'sync.so')
  await run('gcc', ['-shared', '-fPIC', '-o', shim, join(directory, 'sync.c'), '-ldl'])
  const failing = join(directory, 'failing')
  const environment = { LD_PRELOAD: shim, FAILS_WHILE: failing }
  const hub = superviseHub(t, join(directory, 'data'), { environment })
  await hub.start()
  const camp = await LightCamp.make(t, hub)
  await camp.write(20, 5)
  await camp.acknowledgedBy(hub)

  await writeFile(failing, '')
  await camp.write(20, 5)
  await saysThatItFailed(t, hub, camp)
  await rm(failing)
  await hub.logged('ready')
  await camp.leave()
  await camp.connect(t, hub)
  await camp.acknowledgedBy(hub)
  t.same(await warningsOf(hub), [])
  t.same(await camp.verify(t, hub), { checked: blocksOf(camp.ledger), lost: 0, wrong: 0 })
  await camp.leave()
  await hub.stop()
})

t.test(
  'a card that the kernel makes read-only is said to have failed, and has all that was acknowledged',
  { skip: imagesMissing() },
  async (t) => {
    const card = await CardImage.make(t)
    const hub = await startHub(t, { directory: join(card.directory, 'data'), built: true })
    const camp = await LightCamp.make(t, hub)
    await camp.write(20, 5)
    await camp.acknowledgedBy(hub)
    await card.makeReadOnly()
    await camp.write(20, 5)
    await saysThatItFailed(t, hub, camp)
    await hub.kill()
    await camp.leave()
    // No start of the hub alone helps. What it says after a while has the machine restarted: test/unit/safe-mode.test.ts.
    const safe = await startOnce(t, hub.directory)
    t.equal(safe.msg, 'safe mode')
    t.match(await (await fetch(`${safe.http}/api/health`)).json(), { detail: 'CARD_READ_ONLY' })
    await safe.stop()
    await card.checkAndMountAgain()
    await hub.start()
    await camp.connect(t, hub)
    await camp.acknowledgedBy(hub)
    t.same(await camp.verify(t, hub), { checked: blocksOf(camp.ledger), lost: 0, wrong: 0 })
    await hub.stop()
  }
)

t.test('a hub whose data directory is taken away says so, and goes on when it is back', async (t) => {
  const directory = join(t.testdir(), 'data')
  const hub = superviseHub(t, directory)
  await hub.start()
  const { deviceId } = hub
  const camp = await LightCamp.make(t, hub)
  await camp.write(20, 5)
  await camp.acknowledgedBy(hub)
  await rename(directory, `${directory}-away`)
  await camp.write(20, 5)
  await saysThatItFailed(t, hub, camp)
  t.notOk(existsSync(join(directory, 'keys')), 'no new one is made in its place')
  // What a person does: put it back.
  await rm(directory, { recursive: true, force: true })
  await rename(`${directory}-away`, directory)
  await hub.logged('ready')
  t.equal(hub.deviceId, deviceId)
  await camp.leave()
  await camp.connect(t, hub)
  await camp.acknowledgedBy(hub)
  t.same(await camp.verify(t, hub), { checked: blocksOf(camp.ledger), lost: 0, wrong: 0 })
  await camp.leave()
  await hub.stop()
})

t.test(
  'a reset that the card does not let finish is said as well, and not tried over and over',
  { skip: imagesMissing() },
  async (t) => {
    const card = await CardImage.make(t)
    const directory = join(card.directory, 'data')
    await mkdir(join(directory, 'keys'), { recursive: true })
    await writeFile(join(directory, 'keys', 'root-key'), 'to be erased')
    await writeFile(join(directory, 'resetting'), '')
    await card.makeReadOnly()
    const safe = await startOnce(t, directory)
    t.equal(safe.msg, 'safe mode')
    t.match(await (await fetch(`${safe.http}/api/health`)).json(), { detail: 'CARD_READ_ONLY' })
    await safe.stop()
  }
)
