import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/**
 * Whoever holds the card can try offline, at some ten guesses a second and core. So many guesses keep a rented hundred cores busy
 * for months; short passwords, dates, names of the box and lists of leaked passwords are found sooner.
 */
const GUESSES_LOG10_MIN = 10

/** Estimating takes longer with the square of the length; what is strong is so within this. */
const JUDGED_CHARACTERS = 64

/** What people around a hub would try first. */
const EXPECTED_WORDS = ['waystation', 'comapeo', 'mapeo', 'office']

let estimator: Promise<ZxcvbnFactory> | null = null

/** Whether a passphrase is hard enough to guess. The lists are read at the first call: a hub is claimed once. */
export async function isHardToGuess(passphrase: string): Promise<boolean> {
  estimator ??= loadEstimator()
  const judged = [...passphrase].slice(0, JUDGED_CHARACTERS).join('')
  return (await estimator).check(judged, EXPECTED_WORDS).guessesLog10 >= GUESSES_LOG10_MIN
}

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common')
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
}
