import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from '@comapeo/schema'
import { KeyManager } from '@mapeo/crypto'
import Hypercore from 'hypercore'
import { pino, type Logger } from 'pino'
import { systemClock } from '../../service/clock.ts'
import type { CoreKey, DeviceId, DiscoveryKey, ProjectId } from '../../service/ids.ts'
import { Mirror } from '../../service/mirror/mirror.ts'
import type { MirrorSource, SourceCore } from '../../service/mirror/source.ts'
import { Store } from '../../service/storage/store.ts'
import { suitEngineToHub } from '../../service/system/javascript-engine.ts'
import type { BenchResult } from './result.ts'

const SIZES = [10_000, 100_000]
const OWNERS = 5
const PROJECT_KEY = randomBytes(32)
const BLOCKS_PER_APPEND = 1_000
const PRESET = randomBytes(32).toString('hex')
const QUERY_RUNS = 20
/** One observation a minute: 100,000 of five owners are two weeks of collecting day and night. */
const BETWEEN_MS = 60_000
const FIRST_MS = Date.UTC(2025, 0, 1)
/** Degrees around which people collect: 50 km. */
const SPREAD = 0.45

/** Indexes observations from cores that are on disk already, and asks the page's questions. */
export async function run(): Promise<BenchResult> {
  const rows: BenchResult['rows'] = []
  for (const observations of SIZES) {
    const directory = await mkdtemp(join(tmpdir(), 'waystation-bench-mirror-'))
    try {
      rows.push(await measureApart(directory, await writeCores(directory, observations)))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  return {
    name: 'mirror',
    rows,
    notes: [
      `${OWNERS} owners, observations of about 400 bytes with one photo each, written to disk and reopened before indexing`,
      'bytes per document are the bytes of the blocks that the mirror appended, the observation itself among them',
      'RSS is the highest of this process while indexing, the cores and the store included',
      `query times are the median of ${QUERY_RUNS}, each on a snapshot of its own without anything cached by the mirror`
    ]
  }
}

interface Order {
  readonly directory: string
  readonly owners: readonly Owner[]
}

type Row = BenchResult['rows'][number]

/** In a process of its own: making the cores must not count, nor warm anything. */
async function measureApart(directory: string, owners: readonly Owner[]): Promise<Row> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify({ directory, owners } satisfies Order)])
  const [row] = (await once(child, 'message')) as [Row]
  await once(child, 'exit')
  return row
}

async function measure({ directory, owners }: Order): Promise<Row> {
  const observations = owners.reduce((sum, { length }) => sum + length, 0)
  const store = await openStore(directory)
  const sources = await openCores(store, owners)
  const mirrorKeys = keyPair('mirror')
  const core = new Hypercore(store.cores, mirrorKeys.publicKey, {
    keyPair: mirrorKeys,
    compat: false,
    encryption: { key: randomBytes(32) }
  })
  await core.ready()
  const mirror = new Mirror({
    projectId: 'bench' as ProjectId,
    core,
    source: sources,
    clock: systemClock,
    logger
  })
  await mirror.ready()
  let peakRss = 0
  const sampling = systemClock.every(20, () => (peakRss = Math.max(peakRss, process.memoryUsage.rss())))
  const before = process.cpuUsage()
  const started = performance.now()
  await mirror.caughtUp()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  sampling.clear()
  const { current } = (await mirror.counts()).observation
  if (current !== observations) throw new Error(`${current} of ${observations} observations were indexed`)
  const row = {
    observations,
    'documents/s': Math.round(observations / seconds),
    'CPU µs/document': Math.round((user + system) / observations),
    'bytes/document': Math.round(core.byteLength / observations),
    'peak RSS MB': Math.round(peakRss / 1e6),
    ...(await timeQueries(mirror, sources))
  }
  await mirror.close()
  await core.close()
  for (const source of sources.cores()) await source.core.close()
  await store.close()
  return row
}

const logger: Logger = pino({ level: 'warn' })

async function openStore(directory: string): Promise<Store> {
  const store = new Store({ directory, clock: systemClock, logger })
  await store.ready()
  return store
}

function keyPair(name: string) {
  return new KeyManager(KeyManager.generateRootKey()).getHypercoreKeypair(name, PROJECT_KEY)
}

interface Owner {
  readonly deviceId: DeviceId
  /** Hex. */
  readonly key: string
  /** Hex. */
  readonly encryptionKey: string
  readonly length: number
}

async function writeCores(directory: string, observations: number): Promise<Owner[]> {
  const store = await openStore(directory)
  const owners: Owner[] = []
  for (let n = 0; n < OWNERS; n++) {
    const encryptionKey = randomBytes(32)
    const keys = keyPair('data')
    const core = new Hypercore(store.cores, keys.publicKey, {
      compat: true,
      keyPair: keys,
      encryption: { key: encryptionKey }
    })
    await core.ready()
    for (let written = 0; written < observations / OWNERS; written += BLOCKS_PER_APPEND) {
      const blocks: Buffer[] = []
      for (let i = 0; i < Math.min(BLOCKS_PER_APPEND, observations / OWNERS - written); i++) {
        blocks.push(observationAt(FIRST_MS + ((written + i) * OWNERS + n) * BETWEEN_MS))
      }
      await core.append(blocks)
    }
    owners.push({
      deviceId: randomBytes(32).toString('hex') as DeviceId,
      key: core.key.toString('hex'),
      encryptionKey: encryptionKey.toString('hex'),
      length: core.length
    })
    await core.close()
  }
  await store.close()
  return owners
}

async function openCores(store: Store, owners: readonly Owner[]): Promise<MirrorSource> {
  const cores: SourceCore[] = []
  for (const { deviceId, key, encryptionKey } of owners) {
    const core = new Hypercore(store.cores, Buffer.from(key, 'hex'), {
      encryption: { key: Buffer.from(encryptionKey, 'hex') }
    })
    await core.ready()
    cores.push({
      key: key as CoreKey,
      discoveryKey: core.discoveryKey.toString('hex') as DiscoveryKey,
      namespace: 'data',
      owner: deviceId,
      core
    })
  }
  return Object.assign(new EventEmitter<{ 'core-added': [SourceCore] }>(), { cores: () => cores })
}

/** As a phone writes it: tags, a position with its accuracy, one photo, a preset. */
function observationAt(createdAtMs: number): Buffer {
  const createdAt = new Date(createdAtMs).toISOString()
  const [lat, lon] = [-3 + (Math.random() - 0.5) * SPREAD * 2, -60 + (Math.random() - 0.5) * SPREAD * 2]
  return encode({
    schemaName: 'observation',
    docId: randomBytes(32).toString('hex'),
    createdAt,
    updatedAt: createdAt,
    deleted: false,
    links: [],
    lat,
    lon,
    attachments: [
      {
        driveDiscoveryId: randomBytes(32).toString('hex'),
        type: 'photo',
        name: randomBytes(8).toString('hex'),
        hash: randomBytes(32).toString('hex'),
        external: false
      }
    ],
    tags: { type: 'threat', notes: 'trees were cut here', severity: 3 },
    metadata: {
      position: {
        timestamp: createdAt,
        mocked: false,
        coords: { latitude: lat, longitude: lon, altitude: 92, accuracy: 4.5 }
      }
    },
    presetRef: { docId: PRESET, versionId: `${PRESET}/0` }
  })
}

async function timeQueries(mirror: Mirror, sources: MirrorSource): Promise<Record<string, string>> {
  const { items } = await mirror.observations({ limit: 50 })
  const some = items[0]
  if (some === undefined) throw new Error('No observation was found')
  const device = sources.cores()[0]?.owner as DeviceId
  const bbox = { west: -60.05, south: -3.05, east: -59.95, north: -2.95 }
  return {
    'first page ms': await medianMs(() => mirror.observations({ limit: 50 })),
    'by bbox ms': await medianMs(() => mirror.observations({ limit: 50, bbox })),
    'by device ms': await medianMs(() => mirror.observations({ limit: 50, device })),
    'one document ms': await medianMs(() => mirror.document('observation', some.docId))
  }
}

async function medianMs(query: () => Promise<unknown>): Promise<string> {
  const times: number[] = []
  for (let n = 0; n < QUERY_RUNS; n++) {
    const started = performance.now()
    await query()
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  return (times[QUERY_RUNS >> 1] as number).toFixed(1)
}

const [order] = process.argv.slice(2)
if (process.argv[1] === fileURLToPath(import.meta.url) && order !== undefined) {
  suitEngineToHub()
  process.send?.(await measure(JSON.parse(order) as Order))
}
