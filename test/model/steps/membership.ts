import fc from 'fast-check'
import {
  isCoordinator,
  isGuest,
  isMemberAtHub,
  isSomebodyElseCoordinator,
  ownPart,
  personOf,
  settled,
  union,
  withPerson,
  type Camp
} from '../camp.ts'
import type { StepKind } from './step-kind.ts'

type Pair = { who: number; whom: number }

const pair = (person: fc.Arbitrary<number>) => fc.record({ who: person, whom: person })

/** Whether a person can act as a coordinator, so that everybody will agree that it was one. */
function canCoordinate(camp: Camp, who: number): boolean {
  const person = personOf(camp, who)
  // What a coordinator did away from the hub does not count if it is blocked before it came back: only the creator's always does.
  return isCoordinator(person) && person.place !== 'gone' && (who === 0 || isMemberAtHub(person))
}

/** The hub holds all that a coordinator did: from here on it counts, also when that coordinator is blocked. */
function counted(camp: Camp, who: number): Camp {
  return who === 0 ? camp : settled(camp, who)
}

/** Side by side, apart from the hub. Who left is invited again by somebody who knows that. */
export const invite: StepKind<Pair & { answer: 'accept' | 'reject' }> = {
  weight: 8,
  details: (person) =>
    fc.record({ who: person, whom: person, answer: fc.constantFrom('accept', 'accept', 'reject') }),
  isPossible(camp, { who, whom }) {
    const invited = personOf(camp, whom)
    if (!canCoordinate(camp, who) || invited.place !== 'away') return false
    if (invited.standing === 'stranger') return true
    return invited.standing === 'left' && isMemberAtHub(personOf(camp, who))
  },
  next(camp, { who, whom, answer }) {
    if (answer === 'reject') return camp
    const may = union(personOf(camp, who).may, personOf(camp, whom).may)
    const met = withPerson(withPerson(camp, who, { may }), whom, { may, standing: 'member' })
    return counted(met, who)
  },
  async play(world, { who, whom, answer }) {
    await world.invite(who, whom, answer)
    if (answer === 'accept' && who !== 0) await world.settle(who)
  }
}

/** By the creator. Until the other knows, by way of the hub. */
export const promote: StepKind<{ whom: number }> = {
  weight: 8,
  details: (whom) => fc.record({ whom }),
  isPossible: (camp, { whom }) =>
    isMemberAtHub(personOf(camp, 0)) &&
    isMemberAtHub(personOf(camp, whom)) &&
    personOf(camp, whom).standing === 'member',
  next: (camp, { whom }) => withPerson(camp, whom, { standing: 'coordinator' }),
  play: (world, { whom }) => world.promote(whom)
}

/** From the moment when the hub knows. */
export const block: StepKind<Pair> = {
  weight: 12,
  details: pair,
  isPossible: (camp, { who, whom }) =>
    canCoordinate(camp, who) &&
    isMemberAtHub(personOf(camp, who)) &&
    who !== whom &&
    isGuest(personOf(camp, whom).standing),
  next: (camp, { who, whom }) => withPerson(settled(camp, who), whom, { standing: 'blocked' }),
  async play(world, { who, whom }) {
    // So that it knows all that the other did as a coordinator: that goes on to count.
    await world.settle(who)
    await world.block(who, whom)
  }
}

/** Somebody who can invite remains. */
export const leave: StepKind<{ who: number }> = {
  weight: 4,
  details: (who) => fc.record({ who }),
  isPossible(camp, { who }) {
    const person = personOf(camp, who)
    // 2.0.0 does not start again with a project that it left, and never returns to it.
    return (
      isGuest(person.standing) &&
      isMemberAtHub(person) &&
      person.version !== '2.0.0' &&
      isSomebodyElseCoordinator(camp, who)
    )
  },
  // The phone deletes what others collected.
  next(camp, { who }) {
    const { must } = personOf(camp, who)
    return withPerson(settled(camp, who), who, {
      standing: 'left',
      place: 'away',
      must: ownPart(must, who)
    })
  },
  async play(world, { who }) {
    // A phone that leaves in the middle of its first exchange is stuck for 45 s, and then says that it failed.
    await world.settle(who)
    await world.leave(who)
  }
}

/** The keys of the project come to somebody whom nobody invited. */
export const steal: StepKind<Pair> = {
  weight: 6,
  details: pair,
  isPossible(camp, { who, whom }) {
    const thief = personOf(camp, who)
    // Who created the project was never given its keys.
    const hasKeys = whom !== 0 && !['stranger', 'thief'].includes(personOf(camp, whom).standing)
    return thief.standing === 'stranger' && thief.place === 'away' && hasKeys
  },
  next: (camp, { who }) => withPerson(camp, who, { standing: 'thief' }),
  play: (world, { who, whom }) => world.steal(who, whom)
}
