import { startPlainDevice, startWaystation } from './center.ts'
import { median } from './median.ts'
import type { BenchResult } from './result.ts'
import { exchangeInStar, type StarOutcome } from './star-exchange.ts'

/** The short ones several times, for a median. The centers take turns, so that what else the machine does meets them all. */
const SIZES = [
  { phones: 4, observations: 50, runs: 3 },
  { phones: 10, observations: 50, runs: 3 },
  { phones: 4, observations: 500, runs: 1 },
  { phones: 10, observations: 500, runs: 1 }
]
const CENTERS = [
  { name: 'Waystation', center: startWaystation, reconnect: false },
  { name: 'plain device', center: startPlainDevice, reconnect: false },
  { name: 'plain, all reconnect', center: startPlainDevice, reconnect: true }
]

/** Phones around the hub, and the same phones around the released library in the hub's place. */
export async function run(): Promise<BenchResult> {
  const rows: BenchResult['rows'] = []
  for (const { phones, observations, runs } of SIZES) {
    const outcomes = CENTERS.map((): StarOutcome[] => [])
    for (let n = 0; n < runs; n++) {
      for (const [index, { center, reconnect }] of CENTERS.entries()) {
        outcomes[index]?.push(await exchangeInStar({ center, reconnect, phones, observations }))
      }
    }
    for (const [index, { name }] of CENTERS.entries()) {
      rows.push({ phones, observations, center: name, runs, ...summary(outcomes[index] ?? []) })
    }
  }
  return {
    name: 'star',
    rows,
    notes: [
      'observations are per phone; a phone has converged when it shows every observation of all phones',
      'seconds from the press on Start to the last phone; "-" when a phone was left behind and nothing went on any more',
      "CPU and peak memory are the center's, from the first dial to the end; phones' CPU is that of all phones from Start on",
      'medians where there were several runs; of phones converged, the fewest'
    ]
  }
}

function summary(outcomes: readonly StarOutcome[]): Record<string, string | number> {
  const seconds = outcomes.map((outcome) => outcome.seconds)
  const times = seconds.filter((time) => time !== null)
  return {
    converged: Math.min(...outcomes.map(({ converged }) => converged)),
    seconds: times.length === seconds.length ? median(times).toFixed(1) : '-',
    'CPU s': median(outcomes.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
    'peak MB': Math.round(median(outcomes.map(({ peakRssBytes }) => peakRssBytes)) / 1e6),
    "phones' CPU s": median(outcomes.map(({ phonesCpuSeconds }) => phonesCpuSeconds)).toFixed(1)
  }
}
