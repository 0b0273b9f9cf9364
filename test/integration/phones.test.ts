// The phones of these tests work among themselves, without any hub: what another test finds is then not their fault.
import t from 'tap'
import { PHONE_VERSIONS } from '../phones/commands.ts'
import { startPhone } from '../phones/phone.ts'
import { inviteDirectly } from '../support/invite-directly.ts'

for (const version of PHONE_VERSIONS) {
  t.test(`two phones of ${version} exchange an observation with its photo`, async (t) => {
    const [ana, ben] = await Promise.all([
      startPhone(t, { version, name: 'Ana' }),
      startPhone(t, { version, name: 'Ben' })
    ])
    const anas = await ana.createProject('Forest')
    const bens = await inviteDirectly({ inviter: ana, project: anas }, ben)
    t.equal(bens.id, anas.id)

    const taken = await anas.observe({ lat: 1.5, lon: 2.5, tags: { name: 'kapok' }, photos: 1 })
    await Promise.all([anas.startSync(), bens.startSync()])
    await bens.waitForVersions([taken])
    const seen = await bens.observation(taken.docId)
    t.match(seen, { lat: 1.5, lon: 2.5, tags: { name: 'kapok' }, versionId: taken.versionId })
    t.equal(seen.attachments.length, 1)
    for (const variant of ['original', 'preview', 'thumbnail'] as const) {
      t.same(
        await bens.waitForPhotos(taken.photos, variant),
        taken.photos.map(({ sha256 }) => sha256[variant])
      )
    }
    await Promise.all([anas.doneWith(ben.deviceId), bens.doneWith(ana.deviceId)])
  })
}

t.test('a phone is the same device with the same data after its process was killed', async (t) => {
  const phone = await startPhone(t, { version: '7.1.0', name: 'Ana' })
  const project = await phone.createProject('Forest')
  const taken = await project.observe()
  await phone.kill()
  await phone.restart()
  t.same(
    (await project.observations()).map(({ versionId }) => versionId),
    [taken.versionId]
  )
  t.equal((await phone.listen()).deviceId, phone.deviceId)
})

t.test('a wait that does not end fails with what was awaited and the sync state', async (t) => {
  const phone = await startPhone(t, { version: '7.1.0', name: 'Ana', limitMs: 500 })
  const project = await phone.createProject('Forest')
  await t.rejects(project.waitForCount('observation', 1), {
    message: /phone Ana \(7\.1\.0\) did not finish.*waitForCount.*remoteDeviceSyncState/s
  })
})

t.test('a phone that ends by itself fails its test and whatever waits for it', async (t) => {
  const told: string[] = []
  const owner = { teardown: t.teardown.bind(t), fail: (message: string) => void told.push(message) }
  const phone = await startPhone(owner, { version: '7.1.0', name: 'Ana' })
  const waiting = t.rejects(phone.nextInvite(), { message: /phone Ana \(7\.1\.0\) ended \(SIGTERM\)/ })
  process.kill(Number(phone.pid), 'SIGTERM')
  await waiting
  t.match(told, [/ended \(SIGTERM\)/])
})
