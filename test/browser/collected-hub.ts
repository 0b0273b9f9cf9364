import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { Test } from 'tap'
import { systemClock } from '../../service/clock.ts'
import { Exports } from '../../service/exports/exports.ts'
import { UsbStick } from '../../service/exports/usb-stick.ts'
import { WaystationError } from '../../service/errors.ts'
import type { ProjectId } from '../../service/ids.ts'
import { Maps } from '../../service/maps/maps.ts'
import type { Mirror } from '../../service/mirror/mirror.ts'
import { DocumentViews } from '../../service/web/views/document-views.ts'
import { ExportViews } from '../../service/web/views/export-views.ts'
import { MapDesk } from '../../service/web/views/map-desk.ts'
import { OpenMirrors } from '../../service/web/views/open-mirrors.ts'
import { WebServer } from '../../service/web/web-server.ts'
import { Project } from '../unit/mirror/project.ts'
import { MemoryHub, PROJECT } from '../unit/web/memory-hub.ts'
import { collect, COLLECTORS } from './collected.ts'

const PAGE_DIRECTORY = fileURLToPath(new URL('../../dist/ui', import.meta.url))

export const PASSPHRASE = 'the river is high and brown'

/** Of the card. */
const FREE_BYTES = 100 * 1024 ** 3

type Owner = Pick<Test, 'teardown'>

/**
 * The page and the API over a real mirror of a project that was collected in this process: as large as is asked for, without
 * the phones. Closed with the test.
 * @param options.usb a directory that stands for a stick that is plugged in
 */
export async function openCollectedHub(
  t: Owner,
  options: { observations: number; photos: number; usb?: string }
) {
  const logger = pino({ level: 'warn' })
  const project = await Project.open(t as Test)
  const collected = await collect(project, options)
  const mirror = await project.mirror(t as Test)
  const hub = new MemoryHub()
  const mirrors = new OpenMirrors({
    projects: { get: (id: ProjectId) => hub.project(id) as never },
    mirrors: { find: () => mirror }
  })
  const usb = new UsbStick({ directory: options.usb ?? null, isMounted: async () => true })
  const exports = new Exports({ usb, clock: systemClock, logger })
  await exports.ready()
  const directory = await mkdtemp(join(tmpdir(), 'waystation-collected-'))
  const services = Object.assign(hub, {
    documents: new DocumentViews({ mirrors }),
    exports: new ExportViews({ exports, mirrors, projects: hub.projects, clock: systemClock }),
    projects: { ...hub.projects, members: async () => membersOf(hub, collected), file: fileOf(mirror) }
  })
  const start = async (port: number) => {
    const maps = new Maps({
      directory: join(directory, 'maps'),
      freeBytes: async () => FREE_BYTES,
      logger
    })
    await maps.ready()
    const server = new WebServer({
      services: Object.assign(services, { maps: new MapDesk(maps) }),
      address: { host: '127.0.0.1', port },
      encryptedAddress: null,
      keysDirectory: join(directory, 'keys'),
      pageDirectory: PAGE_DIRECTORY,
      clock: systemClock,
      logger
    })
    await server.ready()
    return { maps, server }
  }
  let running = await start(0)
  const { url, port } = running.server
  const stop = async () => {
    await running.server.close()
    await running.maps.close()
  }
  t.teardown(async () => {
    await stop()
    await exports.close()
    await rm(directory, { recursive: true })
  })
  return {
    url,
    cookie: await enter(url, 'setup'),
    hub,
    collected,
    projectId: PROJECT,
    /** At the same address, from what lies on the card. @returns the cookie of a new session */
    restart: async () => {
      await stop()
      running = await start(port)
      return enter(url, 'login')
    }
  }
}

async function enter(url: string, by: 'setup' | 'login'): Promise<string> {
  const answer = await fetch(`${url}/api/${by}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ passphrase: PASSPHRASE })
  })
  if (!answer.ok) throw new Error(`The office did not open: ${await answer.text()}`)
  return answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
}

type Members = Awaited<ReturnType<MemoryHub['projects']['members']>>

function membersOf(hub: MemoryHub, { authors }: Awaited<ReturnType<typeof collect>>): Members {
  const [device] = hub.devices
  if (device === undefined) throw new Error('The hub has no device')
  return authors.map(({ deviceId }, n) => ({
    ...device,
    id: deviceId,
    name: COLLECTORS[n] ?? null,
    role: 'participant',
    lastCompleteAt: null
  }))
}

function fileOf(mirror: Mirror): MemoryHub['projects']['file'] {
  return async (_projectId, { driveId, variant, name }) => {
    for (const type of ['photo', 'audio'] as const) {
      const photo = await mirror.photo({ driveId, type, variant, name })
      if (photo.state === 'held') return photo
    }
    throw new WaystationError('PHOTO_NOT_HELD')
  }
}
