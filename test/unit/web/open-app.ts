import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { createWebApp } from '../../../service/web/app.ts'
import { LiveEvents } from '../../../service/web/live-events.ts'
import { Office } from '../../../service/web/office/office.ts'
import type { Problem } from '../../../service/web/problem-schema.ts'
import { StatusReader } from '../../../service/web/status-reader.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryHub } from './memory-hub.ts'

export const PASSPHRASE = 'the river is high'
export const HOST = 'waystation.local'

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

/** The web app over a hub in memory, with an office of its own on disk. Closed with the test. */
export async function openApp(
  t: Test,
  prepare: (hub: MemoryHub) => Promise<void> = async () => {},
  { encrypts = false } = {}
) {
  const hub = new MemoryHub()
  const clock = new ManualClock()
  const keysDirectory = join(t.testdir(), 'keys')
  await prepare(hub)
  const logged: Record<string, unknown>[] = []
  const logger = pino(
    { base: null },
    { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) }
  )
  const office = new Office({ keysDirectory, lock: hub.lock, clock, logger })
  await office.ready()
  const status = new StatusReader({ board: hub.board, office, settings: hub.settings, https: () => null })
  const events = new LiveEvents({ changes: hub.changes, status, office, clock, logger })
  await events.ready()
  const app = await createWebApp({
    services: hub,
    office,
    status,
    events,
    encrypts,
    pageDirectory: null,
    logger
  })
  t.teardown(async () => {
    await app.close()
    await office.close()
  })
  const operatorToken = (await readFile(join(keysDirectory, 'operator-token'), 'utf8')).trim()
  return { app, hub, clock, office, events, keysDirectory, logged, operatorToken }
}

/** What the page of this hub sends with every request. */
export const FROM_PAGE = { host: HOST, origin: `http://${HOST}` }

/** Claims the hub. @returns the headers of whoever did: as the page sends them, with the session */
export function claim(app: FastifyInstance) {
  return enter(app, '/api/setup')
}

/** @returns the headers of the page with a new session */
export async function enter(app: FastifyInstance, url: '/api/setup' | '/api/login') {
  const payload = { passphrase: PASSPHRASE }
  const response = await app.inject({ method: 'POST', url, payload, headers: FROM_PAGE })
  const [cookie] = response.cookies
  if (cookie === undefined) throw new Error(`${url}: ${response.body}`)
  return { ...FROM_PAGE, cookie: `${cookie.name}=${cookie.value}` }
}

/** @returns status and code of a problem, or just the status of a success */
export function outcomeOf(response: LightMyRequestResponse): [status: number, code?: string] {
  if (response.statusCode < 400) return [response.statusCode]
  return [response.statusCode, response.json<Problem>().code]
}
