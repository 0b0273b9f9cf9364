import type Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { LightCamp } from '../../test/faults/light-camp.ts'
import { NAMESPACES } from '../../service/ids.ts'
import type { DeviceOwner } from '../../test/support/device-owner.ts'
import { startHub } from '../../test/support/hub-process.ts'
import { Device } from '../../test/unit/projects/device.ts'
import { Phone } from '../../test/unit/sync/phone.ts'
import { running } from './center.ts'
import { withLightDevices } from './light-owner.ts'
import { Owner } from './owner.ts'
import { usageOf } from './process-usage.ts'
import type { BenchResult } from './result.ts'

const CROWDS = [10, 50]
const DOCUMENTS = 10
const DOCUMENT_BYTES = 600
const PHOTO_BLOCKS = 5
const PHOTO_BLOCK_BYTES = 65_536
const ASK_EVERY_MS = 500
const IDLE_MS = 60_000

/** The hub's memory among as many phones as the memory limit of its unit must have room for. */
export async function run(): Promise<BenchResult> {
  const rows: BenchResult['rows'] = []
  for (const phones of CROWDS) {
    rows.push(await Owner.with((owner) => withLightDevices((devices) => row(owner, devices, phones))))
  }
  return {
    name: 'crowd',
    rows,
    notes: [
      `light devices of one project, each with ${DOCUMENTS} documents and ${PHOTO_BLOCKS} blocks of photos; each opens every core of every other over the hub, as phones do, and takes all of it`,
      'the limit is MemoryMax in the unit of the image, of a board with 1 GiB: 644 MB'
    ]
  }
}

async function row(owner: Owner, devices: DeviceOwner, phones: number): Promise<BenchResult['rows'][number]> {
  const hub = await startHub(owner, { built: true })
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
  const copies: { copy: Hypercore; original: Hypercore }[] = []
  for (const [index, device] of crew.entries()) {
    if (device === writer) continue // is there since it invited the hub
    const phone = await Phone.connect(devices, hub.address.port, made, device, { from: `127.0.1.${index}` })
    await phone.openProject()
    phone.exchange()
    for (const other of crew) {
      if (other === device) continue
      for (const namespace of NAMESPACES) {
        const original = other.cores[namespace]
        const copy = await phone.openCore(original.key)
        copy.download({ start: 0, end: -1 })
        copies.push({ copy, original })
      }
    }
  }
  while (copies.some(({ copy, original }) => copy.contiguousLength < original.length)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
  const { rssBytes, peakRssBytes, cpuSeconds } = await usageOf(pid)
  return {
    phones,
    cores: crew.length * NAMESPACES.length,
    'RSS MB': Math.round(rssBytes / 1e6),
    'peak MB': Math.round(peakRssBytes / 1e6),
    'CPU s': cpuSeconds.toFixed(1)
  }
}
