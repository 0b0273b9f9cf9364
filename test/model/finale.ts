import { isCoordinator, isMember, type Camp } from './camp.ts'
import type { Step } from './schedule.ts'

/**
 * How every schedule ends. The hub is killed once more, and somebody new takes from it alone what it holds: nothing that it
 * acknowledged is lost. Then all come back who can, outsiders first, and members settle until all hold the same.
 *
 * @param newcomer the place of a stranger with a phone of the newest version
 * @returns the steps of both parts
 */
export function finaleOf(camp: Camp, newcomer: number): { alone: Step[]; together: Step[] } {
  const there = [...camp.persons.entries()].filter(([who, { place }]) => place !== 'gone' && who !== newcomer)
  const members = [...there.filter(([, person]) => isMember(person)).map(([who]) => who), newcomer]
  const outsiders = there.filter(([, person]) => !isMember(person)).map(([who]) => who)
  const host = there.find(([, person]) => isCoordinator(person))?.[0]
  if (host === undefined) throw new Error('nobody can invite')

  const come = (who: number): Step => ({ do: 'come', who })
  const settle = (who: number): Step => ({ do: 'settle', who })
  const go = (who: number): Step => ({ do: 'go', who })
  const atHub = there.filter(([, { place }]) => place === 'at the hub').map(([who]) => who)
  return {
    alone: [
      ...atHub.map(go),
      { do: 'killHub' },
      // Only what the creator does apart from the hub counts in any case.
      ...(host === 0 ? [] : [come(host)]),
      { do: 'invite', who: host, whom: newcomer, answer: 'accept' },
      ...(host === 0 ? [] : [go(host)]),
      come(newcomer),
      settle(newcomer)
    ],
    together: [
      ...outsiders.map(come),
      ...members.filter((who) => who !== newcomer).map(come),
      { do: 'unlock' },
      ...members.map(settle),
      ...members.map(settle)
    ]
  }
}
