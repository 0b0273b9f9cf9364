import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { PhotoVariant, TakenPhoto } from '../phones/commands.ts'
import { isMember, type Camp } from './camp.ts'
import { shownOf, sorted, winnersOf } from './documents.ts'
import { collectedBy } from './holdings.ts'
import type { World } from './world.ts'

const VARIANTS = ['original', 'preview', 'thumbnail'] as const

/**
 * Checks a camp in which every member that there still is has settled twice, so that all hold what any of them had: the same
 * blocks, the same documents with the same winners, the same photos byte for byte, and the mirror of the unlocked hub shows the
 * same.
 */
export async function checkConvergence(world: World, camp: Camp): Promise<void> {
  const members = [...camp.persons.entries()].flatMap(([who, person]) =>
    isMember(person) && person.place !== 'gone' ? [who] : []
  )
  const [first, ...others] = members
  if (first === undefined) throw new Error('there is no member left')
  const blocks = await collectedBy(world.projectOf(first))
  for (const who of others) {
    const held = await collectedBy(world.projectOf(who))
    assert.deepEqual(held, blocks, `${world.labelOf(who)} holds other blocks than ${world.labelOf(first)}`)
  }

  const versions = world.ledger.writes.map(({ written }) => written)
  const held = new Set(await versionsIn(world, first))
  const expected = shownOf(versions.filter(({ versionId }) => held.has(versionId)))
  for (const who of members) {
    const shown = winnersOf(await world.projectOf(who).observations({ includeDeleted: true }))
    assert.deepEqual(shown, winnersOf(expected), `${world.labelOf(who)} shows other documents`)
  }

  // Of a phone that is lost not every photo need be whole.
  const photos = world.ledger.writes
    .filter(({ author, number }) => number <= (camp.hub.must[author] ?? 0))
    .flatMap(({ written }) => written.photos ?? [])
  for (const variant of VARIANTS) {
    const expectedPhotos = photos.map(({ sha256 }) => sha256[variant])
    for (const who of members) {
      const label = `${variant} of photos of ${world.labelOf(who)}`
      assert.deepEqual(await world.projectOf(who).waitForPhotos(photos, variant), expectedPhotos, label)
    }
  }
  await checkMirror(world, expected, photos)
}

async function checkMirror(
  { office, projectId }: World,
  expected: ReturnType<typeof shownOf>,
  photos: readonly TakenPhoto[]
): Promise<void> {
  await office.until('the mirror current', async () =>
    (await office.project(projectId)).mirror === 'current' ? true : undefined
  )
  const alive = expected.filter(({ deleted }) => !deleted)
  assert.deepEqual(sorted(await office.observations(projectId)), alive, 'the mirror shows other documents')
  for (const { docId, deleted } of expected) {
    if (deleted) assert.equal((await office.observation(projectId, docId)).deleted, true)
  }
  for (const photo of photos) {
    for (const variant of VARIANTS) {
      assert.equal(await sha256AtHub(office, projectId, photo, variant), photo.sha256[variant], photo.name)
    }
  }
}

async function sha256AtHub(
  office: World['office'],
  projectId: string,
  photo: TakenPhoto,
  variant: PhotoVariant
): Promise<string | null> {
  const bytes = await office.photo(projectId, photo, variant)
  return bytes && createHash('sha256').update(bytes).digest('hex')
}

/** The versions whose blocks a phone holds. */
async function versionsIn(world: World, who: number): Promise<string[]> {
  return (await world.projectOf(who).heldBlocks())
    .filter(({ namespace }) => namespace === 'data')
    .flatMap(({ discoveryId, runs }) =>
      runs.flatMap(([start, end]) =>
        Array.from({ length: end - start }, (_, offset) => `${discoveryId}/${start + offset}`)
      )
    )
}
