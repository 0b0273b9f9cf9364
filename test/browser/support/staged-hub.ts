import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { systemClock } from '../../../service/clock.ts'
import { WebServer } from '../../../service/web/web-server.ts'
import type { PhoneOwner } from '../../phones/phone.ts'
import { MemoryHub } from '../../unit/web/memory-hub.ts'

const PAGE_DIRECTORY = fileURLToPath(new URL('../../../dist/ui', import.meta.url))

export const STAGED_PASSPHRASE = 'lluvia tambor nube siete'

/** The real page and the real web server over a hub in memory: every state can be staged, also those that pass quickly. */
export interface StagedHub {
  hub: MemoryHub
  url: string
  /** As a hub whose power was pulled. */
  stop(): Promise<void>
  /** At the same address. */
  start(): Promise<void>
}

/** @param prepare gives the hub real parts before it serves */
export async function stageHub(
  owner: Pick<PhoneOwner, 'teardown'>,
  prepare?: (hub: MemoryHub) => Promise<void>
): Promise<StagedHub> {
  const hub = new MemoryHub()
  await prepare?.(hub)
  const directory = await mkdtemp(join(tmpdir(), 'staged-'))
  let server: WebServer | null = null
  let port = 0
  const stop = async () => {
    await server?.close()
    server = null
  }
  const start = async () => {
    server = new WebServer({
      services: hub,
      address: { host: '127.0.0.1', port },
      encryptedAddress: null,
      keysDirectory: join(directory, 'keys'),
      pageDirectory: PAGE_DIRECTORY,
      clock: systemClock,
      logger: pino({ level: 'silent' })
    })
    await server.ready()
    port = server.port
  }
  owner.teardown(() => rm(directory, { recursive: true, force: true }))
  owner.teardown(stop)
  await start()
  return { hub, url: `http://127.0.0.1:${port}`, stop, start }
}
