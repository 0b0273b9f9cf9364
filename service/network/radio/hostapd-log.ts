import type { NetworkProblem } from '../access-point.ts'

/** What hostapd says when the driver refuses what it is told, and not when the radio or the program is broken. */
const REFUSALS = [
  /could not set channel for kernel driver/i,
  /could not select hw_mode and channel/i,
  /hardware does not support configured (?:mode|channel)/i,
  /frequency \d+ .*not allowed/i,
  /not allowed for AP mode/i,
  /failed to set beacon parameters/i,
  /failed to set interface \S+ into AP mode/i,
  /no suitable channel/i,
  /HT capability|VHT capability/i
]
/** Of it the page shows so much. */
const DETAIL_LINES = 3

/** @param log lines of hostapd since it was started @returns what is wrong, and the lines that say it */
export function refusalIn(log: string): [NetworkProblem, string] {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const refusals = lines.filter((line) => REFUSALS.some((pattern) => pattern.test(line)))
  if (refusals.length > 0) {
    return ['mode-refused', [...new Set(refusals)].slice(0, DETAIL_LINES).join('; ')]
  }
  return ['radio-failed', lines.slice(-DETAIL_LINES).join('; ') || 'hostapd did not start']
}
