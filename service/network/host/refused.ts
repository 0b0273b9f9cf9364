import type { NetworkProblem } from '../access-point.ts'

/** A wish that cannot be fulfilled, and why. */
export class Refused extends Error {
  readonly problem: NetworkProblem
  constructor(problem: NetworkProblem, detail: string) {
    super(detail)
    this.problem = problem
  }
}
