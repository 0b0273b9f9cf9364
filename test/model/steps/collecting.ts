import fc from 'fast-check'
import { isMember, personOf, wrote, type Camp } from '../camp.ts'
import type { StepKind } from './step-kind.ts'

// More than there are documents at any time in most schedules: the number is taken round.
const MAX_CHOICE = 15
// One of 64 KiB and less, and one that takes several blocks.
const PHOTO_BYTES = [20_000, 150_000] as const

// People go on collecting when they have been removed, and a thief can write what he likes.
function canWrite(camp: Camp, who: number): boolean {
  const person = personOf(camp, who)
  const hasProject = isMember(person) || person.standing === 'blocked' || person.standing === 'thief'
  return hasProject && person.place !== 'gone'
}

export const observe: StepKind<{ who: number; photos: number }> = {
  weight: 4,
  details: (who) => fc.record({ who, photos: fc.nat(PHOTO_BYTES.length) }),
  isPossible: (camp, { who }) => canWrite(camp, who),
  next: (camp, { who }) => wrote(camp, who),
  async play(world, { who, photos }) {
    await world.write(who, (project) =>
      project.observe({ photos: Math.min(photos, 1), photoBytes: PHOTO_BYTES[photos - 1] ?? 0 })
    )
  }
}

export const edit: StepKind<{ who: number; which: number }> = {
  weight: 4,
  details: (who) => fc.record({ who, which: fc.nat(MAX_CHOICE) }),
  isPossible: (camp, { who }) => canWrite(camp, who),
  next: (camp, { who }) => wrote(camp, who),
  async play(world, { who, which }) {
    await world.write(who, async (project) => {
      const shown = await project.observations()
      const chosen = shown[which % shown.length]
      // Somebody who sees nothing to change makes something.
      return chosen === undefined
        ? project.observe()
        : project.editObservation(chosen.docId, { tags: { edits: Number(chosen.tags['edits'] ?? 0) + 1 } })
    })
  }
}

export const remove: StepKind<{ who: number; which: number }> = {
  weight: 2,
  details: (who) => fc.record({ who, which: fc.nat(MAX_CHOICE) }),
  isPossible: (camp, { who }) => canWrite(camp, who),
  next: (camp, { who }) => wrote(camp, who),
  async play(world, { who, which }) {
    await world.write(who, async (project) => {
      const shown = await project.observations()
      const chosen = shown[which % shown.length]
      if (chosen === undefined) return project.observe()
      try {
        return await project.deleteObservation(chosen.docId)
      } catch (error) {
        // Somebody else's deletion has come in between.
        if (!/already deleted/i.test(String(error))) throw error
        return project.observe()
      }
    })
  }
}
