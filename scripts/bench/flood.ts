import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { JoinDetails } from '../../test/phones/commands.ts'
import type { ReachableHub } from '../../test/support/camp.ts'
import { crossThroughHub, type Cargo, type Crossing, type Surroundings } from './crossing.ts'
import type { FloodOrder } from './flood-process.ts'
import { median } from './median.ts'
import type { Owner } from './owner.ts'
import type { BenchResult } from './result.ts'

const PROCESS = fileURLToPath(new URL('flood-process.ts', import.meta.url))
const CARGO: Cargo = { observations: 40, photosEach: 1, photoBytes: 1_500_000 }
/** What one phone gets out of a busy Wi-Fi. As fast as this machine, phones would use all of its CPU and leave nothing to attack with. */
const BYTES_PER_SECOND = 3_000_000
const RUNS = 3

/** What strangers who flood the hub cost two honest phones. */
export async function run(): Promise<BenchResult> {
  const quiet: Crossing[] = []
  const flooded: Crossing[] = []
  const rates: number[] = []
  const meanwhile: Surroundings['meanwhile'] = async (owner, hub, secrets) => {
    const flood = await startFlood(owner, hub, secrets)
    owner.teardown(async () => void rates.push(flood.rate()))
  }
  for (let n = 0; n < RUNS; n++) {
    quiet.push(await crossThroughHub(CARGO, { bytesPerSecond: BYTES_PER_SECOND }))
    flooded.push(await crossThroughHub(CARGO, { bytesPerSecond: BYTES_PER_SECOND, meanwhile }))
  }
  const speed = median(quiet.map(({ seconds }) => seconds)) / median(flooded.map(({ seconds }) => seconds))
  return {
    name: 'flood',
    rows: [
      { ...row('quiet', quiet), 'strangers/s': '-', 'speed %': 100 },
      {
        ...row('flooded', flooded),
        'strangers/s': Math.round(median(rates)),
        'speed %': Math.round(speed * 100)
      }
    ],
    notes: [
      `${CARGO.observations} photos of ${CARGO.photoBytes / 1e6} MB, phone, hub, phone, each phone at ${BYTES_PER_SECOND / 1e6} MB/s`,
      'strangers: the six kinds of test/hostile in turn from four addresses, without a pause, in a process that takes what CPU the others leave',
      `medians of ${RUNS} runs that took turns`
    ]
  }
}

function row(what: string, crossings: readonly Crossing[]): Record<string, string | number> {
  const seconds = median(crossings.map((crossing) => crossing.seconds))
  const cpuSeconds = median(crossings.map(({ hubCpuSeconds }) => hubCpuSeconds ?? 0))
  return {
    what,
    seconds: seconds.toFixed(1),
    'hub CPU s': cpuSeconds.toFixed(1),
    'hub CPU % of a core': Math.round((100 * cpuSeconds) / seconds)
  }
}

/** Resolves when the first wave has passed; goes on until its owner ends. */
async function startFlood(owner: Owner, { deviceId, address }: ReachableHub, secrets: JoinDetails) {
  const child = fork(PROCESS, { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  owner.teardown(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  })
  const order: FloodOrder = { hub: { deviceId, address }, secrets }
  child.send(order)
  const [first] = (await once(child, 'message')) as [number]
  const started = performance.now()
  let made = 0
  child.on('message', (connections: number) => (made = connections - first))
  return { rate: () => made / ((performance.now() - started) / 1000) }
}
