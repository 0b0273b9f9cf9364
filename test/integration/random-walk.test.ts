import { randomInt } from 'node:crypto'
import t from 'tap'
import type { PhoneDocument } from '../phones/commands.ts'
import { goOnline, makeCamp, type Camper } from '../support/camp.ts'
import { Random } from '../support/random.ts'

const STEPS = 80
// SEED=… repeats a walk: the same people do the same things in the same order.
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31))

t.test(`whatever people do in whatever order, all end with the same documents (seed ${seed})`, async (t) => {
  const random = new Random(seed)
  const { hub, office, projectId, campers } = await makeCamp(t, ['7.1.0', '7.1.0', '5.5.0', '2.0.0'])
  const online = new Set<Camper>()
  const made: PhoneDocument[] = []

  const steps: [string, (camper: Camper) => Promise<void>][] = [
    [
      'comes to the hub',
      async (camper) => {
        if (online.has(camper)) return
        await goOnline(camper, hub)
        online.add(camper)
      }
    ],
    [
      'goes away',
      async (camper) => {
        await camper.phone.disconnect()
        online.delete(camper)
      }
    ],
    [
      'collects',
      async ({ project }) =>
        void made.push(...(await project.observeMany(1 + random.below(3), { photos: 1 })))
    ],
    [
      'edits',
      async ({ phone, project }) => {
        const shown = await project.observations()
        if (shown.length === 0) return
        const tags = { by: phone.name, at: made.length }
        made.push(await project.editObservation(random.pick(shown).docId, { tags }))
      }
    ],
    [
      'deletes',
      async ({ project }) => {
        const shown = await project.observations()
        // Rarely, so that there is something left to edit.
        if (shown.length === 0 || random.below(3) > 0) return
        try {
          made.push(await project.deleteObservation(random.pick(shown).docId))
        } catch (error) {
          // Somebody else's deletion has come in between.
          if (!/already deleted/i.test(String(error))) throw error
        }
      }
    ],
    [
      'drops the phone',
      async (camper) => {
        await camper.phone.kill()
        await camper.phone.restart()
        online.delete(camper)
      }
    ],
    [
      'trips over the cable of the hub',
      async () => {
        if (random.below(3) > 0) return
        await hub.kill()
        for (const { phone } of online) await phone.waitForPeer(hub.deviceId, 'disconnected')
        online.clear()
        await hub.start()
      }
    ]
  ]
  for (let step = 0; step < STEPS; step++) {
    const camper = random.pick(campers)
    const [what, act] = random.pick(steps)
    t.comment(`${camper.phone.name} (${camper.phone.version}) ${what}`)
    await act(camper)
  }

  const winners = winnersOf(made)
  for (const camper of campers) if (!online.has(camper)) await goOnline(camper, hub)
  for (const { phone, project } of campers) {
    await project.waitForVersions(winners)
    await project.doneWith(hub.deviceId)
    const shown = await project.observations({ includeDeleted: true })
    t.same(versionsOf(shown), versionsOf(winners), `${phone.name} (${phone.version})`)
  }
  const alive = winners.filter(({ deleted }) => !deleted)
  await office.until('the hub shows the same', async () => {
    const shown = versionsOf(await office.observations(projectId))
    return shown.join() === versionsOf(alive).join() ? true : undefined
  })
})

/** What everybody must show, by the rule of the phones: of the versions that no other replaces, the one that was made last. */
function winnersOf(made: readonly PhoneDocument[]): PhoneDocument[] {
  const replaced = new Set(made.flatMap(({ links }) => links))
  const winners = new Map<string, PhoneDocument>()
  for (const version of made) {
    const other = winners.get(version.docId)
    if (replaced.has(version.versionId) || (other !== undefined && isBefore(version, other))) continue
    winners.set(version.docId, version)
  }
  return [...winners.values()]
}

function isBefore(a: PhoneDocument, b: PhoneDocument): boolean {
  return a.updatedAt === b.updatedAt ? a.versionId < b.versionId : a.updatedAt < b.updatedAt
}

function versionsOf(documents: readonly { versionId: string }[]): string[] {
  return documents.map(({ versionId }) => versionId).sort()
}
