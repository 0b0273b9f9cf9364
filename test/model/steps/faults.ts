import fc from 'fast-check'
import { isMember, isSomebodyElseCoordinator, personOf, withHub, withPerson } from '../camp.ts'
import type { StepKind } from './step-kind.ts'

type Nobody = Record<never, never>

/** A battery dies, and is charged. */
export const killPhone: StepKind<{ who: number }> = {
  weight: 1,
  details: (who) => fc.record({ who }),
  isPossible: (camp, { who }) => personOf(camp, who).place !== 'gone',
  next: (camp, { who }) => withPerson(camp, who, { place: 'away' }),
  play: (world, { who }) => world.killPhone(who)
}

/** A phone falls into the river. Somebody who can invite remains. */
export const losePhone: StepKind<{ who: number }> = {
  weight: 1,
  details: (who) => fc.record({ who }),
  isPossible: (camp, { who }) =>
    isMember(personOf(camp, who)) &&
    personOf(camp, who).place !== 'gone' &&
    isSomebodyElseCoordinator(camp, who),
  next: (camp, { who }) => withPerson(camp, who, { place: 'gone' }),
  play: (world, { who }) => world.losePhone(who)
}

/** Somebody pulls the plug of the hub and puts it in again. A sealed hub comes back locked. */
export const killHub: StepKind<Nobody> = {
  weight: 1,
  details: () => fc.constant({}),
  isPossible: () => true,
  next: (camp) =>
    withHub(
      {
        ...camp,
        persons: camp.persons.map((person) =>
          person.place === 'at the hub' ? { ...person, place: 'away' } : person
        )
      },
      { locked: true }
    ),
  play: (world) => world.killHub()
}

export const lock: StepKind<Nobody> = {
  weight: 1,
  details: () => fc.constant({}),
  isPossible: (camp) => !camp.hub.locked,
  next: (camp) => withHub(camp, { locked: true }),
  play: (world) => world.office.lock()
}

export const unlock: StepKind<Nobody> = {
  weight: 2,
  details: () => fc.constant({}),
  isPossible: (camp) => camp.hub.locked,
  next: (camp) => withHub(camp, { locked: false }),
  play: (world) => world.unlock()
}
