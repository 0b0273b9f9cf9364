import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

const PASSPHRASE = 'the river is high'

t.test('a locked hub relays what it cannot read, and reads it when it is unlocked', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '2.0.0'])
  const [ana, ben] = campers
  const before = await ana.project.observeMany(2, { tags: { by: 'Ana' }, photos: 1 })
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await office.claim(PASSPHRASE)
  const observationsOf = (count: number) =>
    office.until(`${count} observations in the mirror`, async () => {
      const project = await office.project(projectId)
      return project.observations === count ? project : undefined
    })
  t.match(await observationsOf(2), { name: 'Forest' }, 'claiming seals the hub and leaves it unlocked')
  t.same((await office.status()).seal, { mode: 'sealed', locked: false })

  await ana.phone.disconnect()
  await hub.restart()
  t.same((await office.status()).seal, { mode: 'sealed', locked: true })
  const after = await ana.project.observeMany(3, { tags: { by: 'Ana' }, photos: 1 })
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await ana.phone.kill()
  await goOnline(ben, hub)
  await ben.project.waitForVersions([...before, ...after])
  const photos = [...before, ...after].flatMap((taken) => taken.photos)
  t.same(
    await ben.project.waitForPhotos(photos, 'original'),
    photos.map(({ sha256 }) => sha256.original),
    'what was left before it was locked and what was left after'
  )
  await ben.project.doneWith(hub.deviceId)

  t.match(await office.project(projectId), {
    name: null,
    description: null,
    mirror: 'closed',
    observations: null,
    photos: null
  })
  t.match(await office.members(projectId), [{ role: 'creator' }, { role: 'participant' }])
  for (const path of ['observations', 'export.geojson']) {
    t.equal(await office.refusalOf(`/api/projects/${projectId}/${path}`), 'MIRROR_CLOSED', path)
  }
  const [progress] = (await office.status()).devices.flatMap((device) => device.progress ?? [])
  t.match(progress?.fromHub.done, { photos: null }, 'it cannot tell photos from other blocks')
  t.ok(progress && progress.fromHub.done.blocks > 0)

  await office.unlock(PASSPHRASE)
  t.match(await observationsOf(5), { name: 'Forest' })
  const [photo] = after.flatMap((taken) => taken.photos)
  if (photo === undefined) return t.fail('no photo was taken')
  t.ok(await office.photo(projectId, photo, 'original'))
  t.ok((await office.sessions()).length >= 3, 'the history has what happened before and while it was locked')

  await office.lock()
  t.same((await office.status()).seal, { mode: 'sealed', locked: true })
  t.equal(await office.refusalOf(`/api/projects/${projectId}/observations`), 'MIRROR_CLOSED')
  const late = await ben.project.observe({ tags: { by: 'Ben' } })
  await ben.project.doneWith(hub.deviceId)
  await office.unlock(PASSPHRASE)
  await observationsOf(6)
  t.match(await office.observation(projectId, late.docId), { tags: { by: 'Ben' } })
})

t.test('an invite is accepted by a locked hub, which reads the project when it is unlocked', async (t) => {
  const { hub, office, campers } = await makeCamp(t, ['7.1.0'])
  const [ana] = campers
  await office.claim(PASSPHRASE)
  await hub.restart()
  const river = await ana.phone.createProject('River')
  await ana.phone.dial(hub.address)
  t.equal(await river.invite(hub.deviceId), 'ACCEPT')
  const taken = await river.observe({ tags: { by: 'Ana' } })
  await river.startSync()
  await river.doneWith(hub.deviceId)
  t.match(await office.project(river.id), { name: null, role: 'participant', mirror: 'closed' })
  await hub.restart()
  t.match(await office.project(river.id), { name: null, role: 'participant' }, 'and still is after a restart')
  await office.unlock(PASSPHRASE)
  t.match(await office.project(river.id), { name: 'River' })
  await ana.phone.dial(hub.address)
  await river.waitForMember(hub.deviceId, { name: 'Base camp' })
  const seen = await office.until('the observation', async () => {
    const [first] = await office.observations(river.id)
    return first
  })
  t.equal(seen.docId, taken.docId)
})

t.test('an open hub is read by whoever starts it, and not once it is sealed again', async (t) => {
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0'])
  const [ana] = campers
  await ana.project.observeMany(2)
  await goOnline(ana, hub)
  await ana.project.doneWith(hub.deviceId)
  await office.claim(PASSPHRASE)
  await office.setSealMode('open', PASSPHRASE)
  await hub.restart()
  t.same((await office.status()).seal, { mode: 'open', locked: false })
  t.equal((await office.observations(projectId)).length, 2)
  const finished = hub.logged('nothing is left of the keys that the hub had while it was open')
  await office.setSealMode('sealed', PASSPHRASE)
  await finished
  await hub.restart()
  t.equal(await office.refusalOf(`/api/projects/${projectId}/observations`), 'MIRROR_CLOSED')
  await office.unlock(PASSPHRASE)
  t.equal((await office.observations(projectId)).length, 2)
})
