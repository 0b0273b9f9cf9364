import type { PhoneOwner } from '../phones/phone.ts'
import { isMember, newCamp, type Camp } from './camp.ts'
import { checkConvergence } from './convergence.ts'
import { finaleOf } from './finale.ts'
import { checkHoldings } from './holdings.ts'
import type { PhonePool } from './phone-pool.ts'
import { after, isPossible, kindOf, type Schedule, type Step } from './schedule.ts'
import { World } from './world.ts'

/** What was played. */
export interface Tally {
  steps: number
  phones: number
  kills: number
  writes: number
}

const NEWEST = '7.1.0'

/**
 * Plays a schedule with real phones and a hub of its own, and after each step compares every phone with the model.
 * @throws Error that tells at which step something was other than it must be
 */
export async function play(owner: PhoneOwner, pool: PhonePool, { crew, steps }: Schedule): Promise<Tally> {
  // The newcomer of the finale.
  const everybody = [...crew, NEWEST] as const
  const world = await World.begin(owner, pool, everybody)
  let failed = true
  try {
    const camp = await playAll(world, newCamp(everybody), steps)
    const { alone, together } = finaleOf(camp, crew.length)
    const survived = await playAll(world, camp, alone)
    const united = await playAll(world, survived, together)
    await checkConvergence(world, united)
    await waitForOutsiders(world, united)
    await checkHoldings(world, united)
    failed = false
    const { kills, ledger } = world
    return { steps: steps.length, phones: crew.length, kills, writes: ledger.writes.length }
  } finally {
    await world.end({ failed })
  }
}

async function playAll(world: World, begin: Camp, steps: readonly Step[]): Promise<Camp> {
  let camp = begin
  for (const [index, step] of steps.entries()) {
    const what = `step ${index} of ${steps.length}, ${JSON.stringify(step)}`
    try {
      if (!isPossible(camp, step)) throw new Error('it is not possible in this camp')
      await kindOf(step).play(world, step)
      world.checkAlive()
      camp = after(camp, step)
      await checkHoldings(world, camp)
    } catch (error) {
      throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
  return camp
}

/**
 * That nothing came to those who are not in the project is proved by order: a change of a role is made last, which the hub tells
 * them, too. When it is here, the rest would be.
 */
async function waitForOutsiders(world: World, camp: Camp): Promise<void> {
  const outsiders = [...camp.persons.entries()].filter(
    ([, { standing, place }]) => (standing === 'blocked' || standing === 'thief') && place !== 'gone'
  )
  const creator = camp.persons[0]
  if (creator === undefined || !isMember(creator) || creator.place === 'gone') return
  await world.projectOf(0).assignRole(world.hub.deviceId, 'coordinator')
  for (const [who] of outsiders) {
    await world.projectOf(who).waitForMember(world.hub.deviceId, { role: 'coordinator' })
  }
}
