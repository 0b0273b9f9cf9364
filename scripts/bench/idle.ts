import { startWaystation } from './center.ts'
import { Owner } from './owner.ts'
import { usageOf } from './process-usage.ts'
import type { BenchResult } from './result.ts'
import { gatherAround } from './star-exchange.ts'

const PHONES = 10
const OBSERVATIONS = 50
/** What the exchange left to do is done by then. */
const SETTLE_MS = 10_000
const IDLE_MS = 60_000

/** A hub with phones that have everything and stay. */
export async function run(): Promise<BenchResult> {
  return Owner.with(async (owner) => {
    const plan = { center: startWaystation, phones: PHONES, observations: OBSERVATIONS, reconnect: false }
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
      name: 'idle',
      rows: [
        {
          phones: PHONES,
          observations: PHONES * OBSERVATIONS,
          seconds: IDLE_MS / 1000,
          'CPU % of a core': ((cpuSeconds * 100_000) / IDLE_MS).toFixed(2),
          'RSS MB': Math.round(after.rssBytes / 1e6),
          'peak MB': Math.round(after.peakRssBytes / 1e6)
        }
      ],
      notes: ['all phones are connected and hold everything; nobody does anything']
    }
  })
}
