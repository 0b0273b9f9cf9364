/**
 * - `installing`: it is checked and written to the slot that does not run
 * - `restarting`: it is written, and the machine starts into it for a trial
 * - `confirmed`: it came up, and is what starts from now on
 * - `refused`: it was not installed; what runs was not touched
 * - `failed`: it did not come up, or the power was cut before it had; the version before it runs again
 */
export const UPDATE_STATES = ['installing', 'restarting', 'confirmed', 'refused', 'failed'] as const
