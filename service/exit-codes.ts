/**
 * Why the process ended, for whoever supervises it: see docs/operating.md. Must never change: the units of the image act
 * on them.
 */
export const EXIT_CODES = {
  /** A signal, or a command that did what was asked. */
  stopped: 0,
  failed: 1,
  /** The command or a setting was written wrong: nothing was tried, and trying again will not help. */
  usage: 2,
  /** A person asked for a restart: start it again. */
  restart: 10,
  /** A person asked to shut down: everything is on the card, switch the machine off. */
  shutdown: 11,
  /** Everything this hub kept was deleted: start it again, as a new one. */
  reset: 12,
  /** The card can only be read until it is checked, which takes a start of the whole machine: restart that. */
  'restart-machine': 13
} as const

/** Why a process ends. */
export type Ending = keyof typeof EXIT_CODES

/** What a person can ask of a running hub that ends its process. */
export type StopRequest = 'restart' | 'shutdown' | 'reset'
