import type fc from 'fast-check'
import type { Camp } from '../camp.ts'
import type { World } from '../world.ts'

/** One kind of thing that people do or that happens to them: in the model, and in the world. */
export interface StepKind<Details extends object> {
  /** How often it is drawn, in relation to the others. */
  weight: number
  /** @param person draws the place of somebody in the camp */
  details(person: fc.Arbitrary<number>): fc.Arbitrary<Details>
  /** Whether it can happen in a camp like this. All persons named in the details are in the camp. */
  isPossible(camp: Camp, details: Details): boolean
  /** The camp after it. */
  next(camp: Camp, details: Details): Camp
  /** Does it with real phones and the hub. Resolves when what `next` says has happened. */
  play(world: World, details: Details): Promise<void>
}
