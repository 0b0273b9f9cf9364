import t from 'tap'
import type { TakenObservation } from '../phones/commands.ts'
import { goOnline, makeCamp } from '../support/camp.ts'

const KILLS = 20
const EACH = 3

t.test(
  'a hub that is killed twenty times in the middle of exchanges loses nothing and doubles nothing',
  async (t) => {
    const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0'])
    const [ana, ben, cora] = campers
    const { deviceId } = hub
    const taken: TakenObservation[] = []

    // The moments at which it dies: as soon as phones are connected, when the first of the new documents have passed through it,
    // when a photo has, when an uploading phone believes that all of it is safe at the hub, and right after a start.
    const moments = [
      () => Promise.resolve(),
      () => cora.project.waitForVersions(taken.slice(-2 * EACH, -2 * EACH + 1)),
      () =>
        cora.project.waitForPhotos(
          taken.slice(-EACH).flatMap(({ photos }) => photos),
          'thumbnail'
        ),
      () => ana.project.doneWith(deviceId),
      async () => {
        await hub.kill()
        await hub.start()
      }
    ]
    for (let kill = 0; kill < KILLS; kill++) {
      for (const camper of campers) await goOnline(camper, hub)
      const [anas, bens] = await Promise.all([
        ana.project.observeMany(EACH),
        ben.project.observeMany(EACH, { photos: 1 })
      ])
      taken.push(...anas, ...bens)
      await moments[kill % moments.length]?.()
      await hub.kill()
      for (const { phone } of campers) await phone.waitForPeer(deviceId, 'disconnected')
      await hub.start()
    }

    t.equal(hub.deviceId, deviceId)
    for (const camper of campers) await goOnline(camper, hub)
    const photos = taken.flatMap(({ photos }) => photos)
    for (const { phone, project } of campers) {
      await project.waitForVersions(taken)
      t.same(
        await project.waitForPhotos(photos, 'original'),
        photos.map(({ sha256 }) => sha256.original),
        `${phone.name} holds every photo`
      )
      await project.doneWith(deviceId)
      t.same(versionsOf(await project.observations()), versionsOf(taken), `${phone.name} holds each once`)
      await project.waitForMember(deviceId, { role: 'member', name: 'Base camp' })
    }
    await office.until('the mirror up to date', async () =>
      (await office.project(projectId)).observations === taken.length ? true : undefined
    )
    const mirrored = await office.observations(projectId)
    t.same(versionsOf(mirrored), versionsOf(taken), 'the hub shows each once')
    t.same(
      mirrored.flatMap(({ forks }) => forks),
      []
    )
    for (const photo of photos) t.ok(await office.photo(projectId, photo, 'original'), photo.name)
  }
)

function versionsOf(documents: readonly { versionId: string }[]): string[] {
  return documents.map(({ versionId }) => versionId).sort()
}
