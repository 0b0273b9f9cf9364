import type { PhoneVersion } from '../phones/commands.ts'

/**
 * How much a device knows: of each person's writes, by their place in the camp, the first so many. A write is one act of
 * collecting: a document, or a photo with its document.
 */
export type Extent = readonly number[]

/** What a device holds lies between the two: all that it must have by now, and nothing that it could not have heard of. */
export interface Knowledge {
  readonly must: Extent
  readonly may: Extent
}

/** A thief is a stranger with the keys of the project. */
export type Standing = 'creator' | 'coordinator' | 'member' | 'left' | 'blocked' | 'stranger' | 'thief'

/** `gone` is for ever: a phone in the river. */
export type Place = 'away' | 'at the hub' | 'gone'

export interface Person extends Knowledge {
  readonly version: PhoneVersion
  readonly standing: Standing
  readonly place: Place
}

/** What there is to know of a hub and the people around it: pure, and the same in whatever order the network did its part. */
export interface Camp {
  readonly persons: readonly Person[]
  readonly hub: Knowledge & { readonly locked: boolean }
}

/** The first person has created a project and invited the hub, which is unlocked. The others are strangers. All are away. */
export function newCamp(crew: readonly PhoneVersion[]): Camp {
  const nothing = crew.map(() => 0)
  return {
    persons: crew.map((version, index) => ({
      version,
      standing: index === 0 ? 'creator' : 'stranger',
      place: 'away',
      must: nothing,
      may: nothing
    })),
    hub: { must: nothing, may: nothing, locked: false }
  }
}

/** @throws RangeError when there are not so many */
export function personOf(camp: Camp, index: number): Person {
  const person = camp.persons[index]
  if (person === undefined) throw new RangeError(`there is no person ${index}`)
  return person
}

export function isMember({ standing }: Person): boolean {
  return standing === 'creator' || isGuest(standing)
}

/** Whether it is a member whom a coordinator can remove, and who can go. */
export function isGuest(standing: Standing): boolean {
  return standing === 'coordinator' || standing === 'member'
}

export function isCoordinator({ standing }: Person): boolean {
  return standing === 'creator' || standing === 'coordinator'
}

/** Whether a coordinator other than this person has a phone to invite with. */
export function isSomebodyElseCoordinator(camp: Camp, who: number): boolean {
  return camp.persons.some(
    (person, other) => other !== who && isCoordinator(person) && person.place !== 'gone'
  )
}

export function isMemberAtHub(person: Person): boolean {
  return isMember(person) && person.place === 'at the hub'
}

export function withPerson(camp: Camp, index: number, change: Partial<Person>): Camp {
  return {
    ...camp,
    persons: camp.persons.map((person, other) => (other === index ? { ...person, ...change } : person))
  }
}

export function withHub(camp: Camp, change: Partial<Camp['hub']>): Camp {
  return { ...camp, hub: { ...camp.hub, ...change } }
}

export function union(a: Extent, b: Extent): Extent {
  return a.map((count, index) => Math.max(count, b[index] ?? 0))
}

/** Of an extent what one person wrote itself. */
export function ownPart(extent: Extent, index: number): Extent {
  return extent.map((count, other) => (other === index ? count : 0))
}

/** A person writes something. */
export function wrote(camp: Camp, index: number): Camp {
  const more = (extent: Extent) => extent.map((count, other) => (other === index ? count + 1 : count))
  const { must, may } = personOf(camp, index)
  return withPerson(camp, index, { must: more(must), may: more(may) })
}

/** Whatever one of the members at the hub may know, the hub and all of them may know: nobody waits for the network here. */
export function mingled(camp: Camp): Camp {
  const may = camp.persons
    .filter(isMemberAtHub)
    .reduce((heard, person) => union(heard, person.may), camp.hub.may)
  return {
    hub: { ...camp.hub, may },
    persons: camp.persons.map((person) =>
      isMemberAtHub(person) ? { ...person, may: union(person.may, may) } : person
    )
  }
}

/** The hub and a member have each other's word that they hold the same. */
export function settled(camp: Camp, index: number): Camp {
  const must = union(camp.hub.must, personOf(camp, index).must)
  return withHub(withPerson(camp, index, { must }), { must })
}
