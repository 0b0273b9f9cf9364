import { startWaystation } from './center.ts'
import { Owner } from './owner.ts'
import { usageOf } from './process-usage.ts'
import type { BenchResult } from './result.ts'
import { gatherAround } from './star-exchange.ts'

/** As many phones as meet on most days, and as many as the smallest board must have room for. */
const CAMPS = [
  { phones: 10, observations: 50 },
  { phones: 50, observations: 10 }
]
/** What the exchange left to do is done by then. */
const SETTLE_MS = 10_000
const IDLE_MS = 60_000

/** A hub with phones that have everything and stay. */
export async function run(): Promise<BenchResult> {
  const rows: BenchResult['rows'] = []
  for (const camp of CAMPS) rows.push(await row(camp))
  return {
    name: 'idle',
    rows,
    notes: [
      'observations are per phone; all phones are connected and hold everything; nobody does anything',
      'the peak is that of the exchange before'
    ]
  }
}

function row({ phones, observations }: (typeof CAMPS)[number]): Promise<BenchResult['rows'][number]> {
  return Owner.with(async (owner) => {
    const plan = { center: startWaystation, phones, observations, reconnect: false }
    const { center, campers, taken } = await gatherAround(owner, plan)
    await Promise.all(
      campers.map(async ({ project }) => {
        await project.startSync()
        await project.waitForVersions(taken)
        await project.doneWith(center.deviceId)
      })
    )
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const before = await usageOf(center.pid)
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    const after = await usageOf(center.pid)
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds
    return {
      phones,
      observations,
      seconds: IDLE_MS / 1000,
      'CPU % of a core': ((cpuSeconds * 100_000) / IDLE_MS).toFixed(2),
      'RSS MB': Math.round(after.rssBytes / 1e6),
      'peak MB': Math.round(after.peakRssBytes / 1e6)
    }
  })
}
