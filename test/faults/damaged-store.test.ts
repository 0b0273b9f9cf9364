import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'
import { warningsOf } from '../support/hub-status.ts'

const DAMAGES: [string, (database: string) => Promise<void>][] = [
  ['a table is cut short', async (database) => truncate(await fileOf(database, /\.sst$/), 100)],
  ['its CURRENT file is empty', (database) => writeFile(join(database, 'CURRENT'), '')],
  ['its MANIFEST is gone', async (database) => rm(await fileOf(database, /^MANIFEST/))]
]

t.test('a hub whose database is damaged is filled again by phones, and stays the same device', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '5.5.0'])
  const [ana, ben] = campers
  const { deviceId } = hub
  for (const camper of campers) await goOnline(camper, hub)
  const taken = await ana.project.observeMany(5, { photos: 1 })
  await ben.project.waitForVersions(taken)
  for (const { project } of campers) await project.doneWith(deviceId)
  await hub.restart() // so that there is a table

  for (const [what, damage] of DAMAGES) {
    t.comment(what)
    await hub.stop()
    await damage(join(hub.directory, 'cores', 'db'))
    await hub.start()
    t.equal(hub.deviceId, deviceId)
    t.same(await warningsOf(hub), ['store-rebuilt', 'blocks-missing'], what)

    for (const camper of campers) await goOnline(camper, hub)
    await office.until('all has come again', async () =>
      (await warningsOf(hub)).length === 0 ? true : undefined
    )
    t.notOk(
      (await readdir(hub.directory)).some((name) => name.startsWith('damaged')),
      'nothing is left over'
    )
    // What the hub wrote before is what it still says: other words would freeze its cores on every phone.
    await ben.project.waitForMember(deviceId, { role: 'member', name: 'Base camp' })
    const more = await ben.project.observe()
    await ana.project.waitForVersions([more])
    taken.push(more)
    await office.until('the mirror up to date', async () =>
      (await office.project(projectId)).observations === taken.length ? true : undefined
    )
    for (const photo of taken.flatMap(({ photos }) => photos)) {
      t.ok(await office.photo(projectId, photo, 'original'), photo.name)
    }
    t.notOk(
      hub.log.some(({ msg }) => msg.includes('two histories')),
      'no core was forked'
    )
  }

  t.comment('what can still be read comes back without any phone')
  for (const { phone } of campers) await phone.disconnect()
  await hub.stop()
  // As a hub marks a database of which it could not read a page.
  await writeFile(join(hub.directory, 'cores', 'unreadable'), '')
  await hub.start()
  await office.until('all has come again', async () =>
    (await warningsOf(hub)).length === 0 ? true : undefined
  )
  t.notOk((await readdir(hub.directory)).some((name) => name.startsWith('damaged')))
  await office.until('the mirror up to date', async () =>
    (await office.project(projectId)).observations === taken.length ? true : undefined
  )
  for (const photo of taken.flatMap(({ photos }) => photos)) {
    t.ok(await office.photo(projectId, photo, 'original'), photo.name)
  }
})

async function fileOf(directory: string, name: RegExp): Promise<string> {
  const found = (await readdir(directory)).find((candidate) => name.test(candidate))
  if (found === undefined) throw new Error(`no ${String(name)} in ${directory}`)
  return join(directory, found)
}
