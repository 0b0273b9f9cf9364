import fc from 'fast-check'
import { PHONE_VERSIONS, type PhoneVersion } from '../phones/commands.ts'
import { mingled, newCamp, type Camp } from './camp.ts'
import { edit, observe, remove } from './steps/collecting.ts'
import { killHub, killPhone, lock, losePhone, unlock } from './steps/faults.ts'
import { block, invite, leave, promote, steal } from './steps/membership.ts'
import { come, go, settle } from './steps/moving.ts'
import type { StepKind } from './steps/step-kind.ts'

const KINDS = {
  come,
  go,
  settle,
  observe,
  edit,
  remove,
  invite,
  promote,
  block,
  leave,
  steal,
  killPhone,
  losePhone,
  killHub,
  lock,
  unlock
}
type KindName = keyof typeof KINDS
type DetailsOf<K extends KindName> = (typeof KINDS)[K] extends StepKind<infer Details> ? Details : never

/** Plain data, so that a schedule that failed can be kept in a file. Persons are told by their place in the crew. */
export type Step = { [K in KindName]: { do: K } & DetailsOf<K> }[KindName]

/** Who was in a camp, and what happened there one after the other. */
export interface Schedule {
  crew: PhoneVersion[]
  steps: Step[]
}

/** How large schedules are. */
export interface Size {
  persons: { min: number; max: number }
  /** How many steps of those that are drawn are played at most. */
  steps: number
}

// Of the steps that are drawn, less than half are possible where they stand, and some schedules are drawn short.
const DRAWN_PER_PLAYED = 12

/** Draws schedules of which every step is possible. */
export function schedules({ persons, steps }: Size): fc.Arbitrary<Schedule> {
  const person = fc.nat(persons.max - 1)
  const step = fc.oneof(
    ...Object.entries(KINDS).map(([name, kind]) => ({
      weight: kind.weight,
      arbitrary: kind.details(person).map((details) => ({ do: name, ...details }) as Step)
    }))
  )
  return fc.noBias(
    fc
      .record({
        crew: fc.array(fc.constantFrom(...PHONE_VERSIONS), {
          minLength: persons.min,
          maxLength: persons.max,
          size: 'max'
        }),
        steps: fc.array(step, {
          minLength: 0,
          maxLength: DRAWN_PER_PLAYED * steps,
          size: 'max'
        })
      })
      .map(({ crew, steps: drawn }) => ({ crew, steps: possible(crew, drawn, steps) }))
  )
}

/** What people do before anything else: most are in the project and at the hub, and one comes late or never. */
function opening(crew: readonly PhoneVersion[]): Step[] {
  const early = crew.slice(1, -1).map((_, index) => index + 1)
  return [
    ...early.map((whom): Step => ({ do: 'invite', who: 0, whom, answer: 'accept' })),
    ...[0, ...early].map((who): Step => ({ do: 'come', who }))
  ]
}

function possible(crew: readonly PhoneVersion[], drawn: readonly Step[], limit: number): Step[] {
  let camp = newCamp(crew)
  const steps: Step[] = []
  for (const step of [...opening(crew), ...drawn]) {
    if (!isPossible(camp, step)) continue
    steps.push(step)
    camp = after(camp, step)
    if (steps.length === limit) break
  }
  return steps
}

/** Whether a step can happen in a camp like this. */
export function isPossible(camp: Camp, step: Step): boolean {
  const named = Object.entries(step).filter(([name]) => name === 'who' || name === 'whom')
  return (
    named.every(([, index]) => Number(index) < camp.persons.length) && kindOf(step).isPossible(camp, step)
  )
}

/** The camp after a step that was possible. */
export function after(camp: Camp, step: Step): Camp {
  return mingled(kindOf(step).next(camp, step))
}

/** What a step is in the world of real phones. */
export function kindOf(step: Step): StepKind<Step> {
  // The table pairs names and details, which TypeScript does not follow through a union.
  return KINDS[step.do] as unknown as StepKind<Step>
}
