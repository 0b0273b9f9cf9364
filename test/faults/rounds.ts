import { randomInt } from 'node:crypto'
import { Random } from '../support/random.ts'

/** FAULTS=long plays so many times as many rounds. */
const LONG_FACTOR = Number(process.env['FAULTS_FACTOR'] ?? 20)

const isLong = process.env['FAULTS'] === 'long'

/** SEED=… repeats the choices of a run. What the kernel and the network do between them is not repeated. */
export const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31))
export const random = new Random(seed)

/** @returns how many rounds to play of what is played `short` times in CI */
export function rounds(short: number): number {
  return isLong ? short * LONG_FACTOR : short
}

/** @returns a moment between now and `withinMs`: a fault comes when it comes */
export function randomMoment(withinMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random.below(withinMs)))
}
