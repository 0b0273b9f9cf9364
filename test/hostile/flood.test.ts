import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'
import { flood, OPEN_AT_ONCE } from './flooder.ts'
import { Insight } from './intruder.ts'
import { forgetPeak, MEBIBYTE, memoryOf } from './memory.ts'

/** FLOOD=10000 makes so many connections. */
const CONNECTIONS = Number(process.env['FLOOD'] ?? 600)
/** Over what it had before; and what the second flood may add to the first, which is how much two moments differ. */
const MAX_GROWTH_BYTES = 48 * MEBIBYTE
const MAX_ADDED_BYTES = 16 * MEBIBYTE

t.test(`${CONNECTIONS} hostile connections do not make the hub grow, nor keep phones out`, async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], { hub: { built: true } })
  const [ana, ben] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const insight = new Insight(await ben.phone.joinDetails())
  const inMebibytes = (bytes: number) => `${Math.round(bytes / MEBIBYTE)} MiB`

  /** @returns the most memory that the hub had while it was flooded */
  const peakOfFlood = async (): Promise<number> => {
    await forgetPeak(hub)
    const flooded = flood(t, hub, insight, CONNECTIONS)
    for (let time = 0; time < 3; time++) {
      const taken = await ana.project.observe({ photos: 1 })
      await ben.project.waitForVersions([taken])
      await ben.project.waitForPhotos(taken.photos, 'original')
    }
    await ben.phone.disconnect()
    await goOnline(ben, hub)
    const late = await ana.project.observe()
    await ben.project.waitForVersions([late])
    t.pass('phones exchange meanwhile, and one comes back in')
    await flooded
    const { now, peak } = await memoryOf(hub)
    t.comment(`after a flood ${inMebibytes(now)}, at most ${inMebibytes(peak)}`)
    return peak
  }

  // What the engine sets aside for work that it has not done before is not growth: some of each comes first.
  await flood(t, hub, insight, 2 * OPEN_AT_ONCE)
  const before = (await memoryOf(hub)).now
  t.comment(`before ${inMebibytes(before)}`)
  const first = await peakOfFlood()
  const second = await peakOfFlood()
  for (const peak of [first, second]) {
    t.ok(peak - before <= MAX_GROWTH_BYTES, `grew by ${inMebibytes(peak - before)}`)
  }
  t.ok(second - first <= MAX_ADDED_BYTES, 'and a second flood adds nothing')
  t.equal((await fetch(`${hub.url}/api/health`)).status, 200)
})
