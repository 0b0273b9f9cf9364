import { crossDirectly, crossThroughHub, photoBytesOf, type Cargo, type Crossing } from './crossing.ts'
import { median } from './median.ts'
import type { BenchResult } from './result.ts'

const CARGO: Cargo = { observations: 200, photosEach: 1, photoBytes: 1_500_000 }
const RUNS = 3

/** Photos from phone to phone, through the hub and without it. */
export async function run(): Promise<BenchResult> {
  const through: Crossing[] = []
  const direct: Crossing[] = []
  for (let n = 0; n < RUNS; n++) {
    through.push(await crossThroughHub(CARGO))
    direct.push(await crossDirectly(CARGO))
  }
  return {
    name: 'relay',
    rows: [row('phone, hub, phone', through), row('phone, phone', direct)],
    notes: [
      `${CARGO.observations} photos of ${CARGO.photoBytes / 1e6} MB with previews and thumbnails, ${Math.round(photoBytesOf(CARGO) / 1e6)} MB in all`,
      'until the second phone has handed out every photo in every size, which costs it CPU of its own in both rows',
      'both phones are connected at the same time and press Start at once; the hub fetches originals last',
      `medians of ${RUNS} runs that took turns`
    ]
  }
}

function row(way: string, crossings: readonly Crossing[]): Record<string, string | number> {
  const megabytes = photoBytesOf(CARGO) / 1e6
  const hub = crossings.map(({ hubCpuSeconds }) => hubCpuSeconds).filter((seconds) => seconds !== null)
  const seconds = median(crossings.map((crossing) => crossing.seconds))
  return {
    way,
    seconds: seconds.toFixed(1),
    'MB/s': (megabytes / seconds).toFixed(1),
    'hub CPU ms/MB': hub.length === 0 ? '-' : ((median(hub) * 1e3) / megabytes).toFixed(1),
    "phones' CPU ms/MB": (
      (median(crossings.map(({ phonesCpuSeconds }) => phonesCpuSeconds)) * 1e3) /
      megabytes
    ).toFixed(1)
  }
}
