import fc from 'fast-check'
import { isMemberAtHub, mingled, personOf, settled, withPerson } from '../camp.ts'
import type { StepKind } from './step-kind.ts'

/** Comes to the hub and presses Start. */
export const come: StepKind<{ who: number }> = {
  weight: 12,
  details: (who) => fc.record({ who }),
  isPossible: (camp, { who }) => personOf(camp, who).place === 'away',
  next: (camp, { who }) => mingled(withPerson(camp, who, { place: 'at the hub' })),
  play: (world, { who }) => world.come(who)
}

/** Goes away, however far the exchange is. */
export const go: StepKind<{ who: number }> = {
  weight: 3,
  details: (who) => fc.record({ who }),
  isPossible: (camp, { who }) => personOf(camp, who).place === 'at the hub',
  next: (camp, { who }) => withPerson(camp, who, { place: 'away' }),
  play: (world, { who }) => world.go(who)
}

/** Waits until the phone says that it is done with the hub, and the page calls it up to date. */
export const settle: StepKind<{ who: number }> = {
  weight: 10,
  details: (who) => fc.record({ who }),
  isPossible: (camp, { who }) => isMemberAtHub(personOf(camp, who)),
  next: (camp, { who }) => settled(camp, who),
  play: (world, { who }) => world.settle(who)
}
