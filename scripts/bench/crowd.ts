import type Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { LightCamp } from '../../test/faults/light-camp.ts'
import { NAMESPACES } from '../../service/ids.ts'
import type { DeviceOwner } from '../../test/support/device-owner.ts'
import { startHub } from '../../test/support/hub-process.ts'
import { Device } from '../../test/unit/projects/device.ts'
import { Phone } from '../../test/unit/sync/phone.ts'
import { running } from './center.ts'
import { withLightDevices } from './light-owner.ts'
import { makeMemoryGroup, memoryGroupsMissing } from './memory-group.ts'
import { Owner } from './owner.ts'
import { usageOf } from './process-usage.ts'
import type { BenchResult } from './result.ts'

const CROWDS: readonly Crowd[] = [{ phones: 10 }, { phones: 50 }, { phones: 50, limitMB: 322 }]
const DOCUMENTS = 10
const DOCUMENT_BYTES = 600
const PHOTO_BLOCKS = 5
const PHOTO_BLOCK_BYTES = 65_536
const ASK_EVERY_MS = 500
const IDLE_MS = 60_000
/** What the unit of the image sets. */
const AS_IN_UNIT = { NODE_ENV: 'production', MALLOC_ARENA_MAX: '2' }
/** A phone that was hung up on comes again. */
const COME_AGAIN_MS = 5_000

interface Crowd {
  readonly phones: number
  /** What the hub's cgroup allows; nothing does when absent. */
  readonly limitMB?: number
}

/** The hub's memory among as many phones as the memory limit of its unit must have room for. */
export async function run(): Promise<BenchResult> {
  const rows: BenchResult['rows'] = []
  for (const crowd of CROWDS) {
    if (crowd.limitMB !== undefined && memoryGroupsMissing()) continue
    rows.push(await Owner.with((owner) => withLightDevices((devices) => row(owner, devices, crowd))))
  }
  return {
    name: 'crowd',
    rows,
    notes: [
      `light devices of one project, each with ${DOCUMENTS} documents and ${PHOTO_BLOCKS} blocks of photos; each opens every core of every other over the hub, as phones do, and takes all of it`,
      'MemoryMax in the unit of the image allows 644 MB on a board with 1 GiB, and 322 MB on one with 512 MiB, where phones take turns; the row with that limit needs root and cgroups for memory (version 1)',
      'peak and RSS count pages of files as well, which the limit takes back'
    ]
  }
}

async function row(
  owner: Owner,
  devices: DeviceOwner,
  { phones, limitMB }: Crowd
): Promise<BenchResult['rows'][number]> {
  const cgroup = limitMB === undefined ? undefined : await makeMemoryGroup(owner, limitMB * 1e6)
  const hub = await startHub(owner, {
    built: true,
    environment: AS_IN_UNIT,
    ...(cgroup === undefined ? {} : { cgroup })
  })
  const pid = running(hub.pid)
  const { made, writer } = await LightCamp.make(devices, hub)
  const crew: Device[] = [writer]
  while (crew.length < phones) {
    const device = await Device.open(devices, made)
    await device.writeOwnership()
    await writer.writeRole(device.deviceId, 'member')
    const { data, blob } = device.cores
    await data.append(Array.from({ length: DOCUMENTS }, () => randomBytes(DOCUMENT_BYTES)))
    await blob.append(Array.from({ length: PHOTO_BLOCKS }, () => randomBytes(PHOTO_BLOCK_BYTES)))
    crew.push(device)
  }
  const started = performance.now()
  const waiting = new Set(crew.filter((device) => device !== writer)) // who is there since it invited the hub
  let hangUps = 0
  const come = async (device: Device, from: string) => {
    const originals = crew
      .filter((other) => other !== device)
      .flatMap(({ cores }) => NAMESPACES.map((ns) => cores[ns]))
      .filter((core) => core !== writer.cores.auth) // comes with the project's own channel
    const copies: Hypercore[] = []
    let phone = await Phone.connect(devices, hub.address.port, made, device, { from })
    const visit = async () => {
      const { socket, mux } = phone.line
      await phone.openProject()
      phone.exchange()
      for (const copy of copies) copy.replicate(mux)
      for (const { key } of originals.slice(copies.length)) {
        const copy = await phone.openCore(key)
        copy.download({ start: 0, end: -1 })
        copies.push(copy)
      }
      while (!socket.destroyed && waiting.size > 0) {
        await sleep(ASK_EVERY_MS)
        if (originals.every(({ length }, index) => (copies[index]?.contiguousLength ?? 0) >= length)) {
          waiting.delete(device)
        }
      }
    }
    while (waiting.size > 0) {
      await visit().catch(() => {}) // it was turned away
      if (waiting.size === 0) return
      hangUps++
      await sleep(COME_AGAIN_MS)
      phone = await phone.comeAgain(devices, hub.address.port, { from })
    }
  }
  await Promise.all([...waiting].map((device, index) => come(device, `127.0.1.${index + 1}`)))
  const tookS = (performance.now() - started) / 1000
  await sleep(IDLE_MS)
  const { rssBytes, peakRssBytes, cpuSeconds } = await usageOf(pid)
  return {
    phones,
    cores: crew.length * NAMESPACES.length,
    'limit MB': limitMB ?? 'none',
    'RSS MB': Math.round(rssBytes / 1e6),
    'peak MB': Math.round(peakRssBytes / 1e6),
    'all served s': Math.round(tookS),
    'hung up on': hangUps,
    'CPU s': cpuSeconds.toFixed(1)
  }
}
