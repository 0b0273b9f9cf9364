import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/** The hub asks for as much: see service/web/office/passphrase-strength.ts. It has the last word. */
const GUESSES_LOG10_MIN = 10
const CHARACTERS_MIN = 12
const JUDGED_CHARACTERS = 64
const EXPECTED_WORDS = ['waystation', 'comapeo', 'mapeo', 'office']

export type Strength = 'short' | 'weak' | 'good'

let estimator: Promise<ZxcvbnFactory> | null = null

/** Judges what is being typed. The lists are brought when the first letters are: nobody else needs them. */
export async function strengthOf(passphrase: string): Promise<Strength> {
  if ([...passphrase].length < CHARACTERS_MIN) return 'short'
  estimator ??= loadEstimator()
  const { guessesLog10 } = (await estimator).check(passphrase.slice(0, JUDGED_CHARACTERS), EXPECTED_WORDS)
  return guessesLog10 >= GUESSES_LOG10_MIN ? 'good' : 'weak'
}

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common')
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
}
