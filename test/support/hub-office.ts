import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeliveryView } from '../../service/web/delivery-schemas.ts'
import type { InviteView } from '../../service/web/invite-schemas.ts'
import type { LeavingView } from '../../service/web/leaving-schemas.ts'
import type { ObservationPage, ObservationView } from '../../service/web/observation-schemas.ts'
import type { MemberView, ProjectView } from '../../service/web/project-schemas.ts'
import type { SessionView } from '../../service/web/session-schemas.ts'
import type { StatusView } from '../../service/web/status-schemas.ts'
import type { PhotoVariant, TakenPhoto } from '../phones/commands.ts'
import type { HubProcess } from './hub-process.ts'

// Ends waits that would never end, measures nothing.
const WAIT_LIMIT_MS = 90_000
const PAGE = 500

/** The API of a hub, with the right of the hub's own user: what the office page and the command line see. */
export class HubOffice {
  readonly #hub: HubProcess

  constructor(hub: HubProcess) {
    this.#hub = hub
  }

  status(): Promise<StatusView> {
    return this.#get('/api/status')
  }

  /** Sets the passphrase: from then on the hub is sealed. */
  async claim(passphrase: string): Promise<void> {
    await this.#post('/api/setup', { passphrase })
  }

  /** Logs in, as a person does: that unlocks the hub. */
  async unlock(passphrase: string): Promise<void> {
    await this.#post('/api/login', { passphrase })
  }

  async rename(name: string): Promise<void> {
    await this.#post('/api/settings', { hub: { name } }, 'PATCH')
  }

  /** @returns the file that the office saves */
  async backup(passphrase: string): Promise<Buffer> {
    const body = JSON.stringify({ passphrase })
    const response = await this.#fetch('/api/system/backup', { method: 'POST', body })
    return Buffer.from(await response.arrayBuffer())
  }

  /** Makes a hub that nobody has set up the one of a backup. */
  async restore(file: Buffer, passphrase: string): Promise<void> {
    await this.#post('/api/setup/restore', { file: file.toString('base64'), passphrase })
  }

  async lock(): Promise<void> {
    await this.#fetch('/api/lock', { method: 'POST' })
  }

  async setSealMode(mode: 'open' | 'sealed', passphrase: string): Promise<void> {
    await this.#post('/api/seal', { mode, passphrase }, 'PATCH')
  }

  /** @returns the code with which a path is refused, null when it is answered */
  async refusalOf(path: string): Promise<string | null> {
    const response = await this.#fetch(path, {}, [404, 423, 503])
    return response.ok ? null : ((await response.json()) as { code: string }).code
  }

  invites(): Promise<InviteView[]> {
    return this.#get('/api/invites')
  }

  async answerInvite(id: string, answer: 'accept' | 'reject'): Promise<InviteView> {
    return (await (
      await this.#fetch(`/api/invites/${id}/${answer}`, { method: 'POST' })
    ).json()) as InviteView
  }

  projects(): Promise<ProjectView[]> {
    return this.#get('/api/projects')
  }

  project(projectId: string): Promise<ProjectView> {
    return this.#get(`/api/projects/${projectId}`)
  }

  members(projectId: string): Promise<MemberView[]> {
    return this.#get(`/api/projects/${projectId}/devices`)
  }

  /** What nobody else is known to hold. */
  async onlyHere(projectId: string): Promise<LeavingView['onlyHere']> {
    return (await this.#get<LeavingView>(`/api/projects/${projectId}/leaving`)).onlyHere
  }

  /** @param losing how much may be lost of what nobody else holds: nothing when absent */
  async leave(projectId: string, losing = { documents: 0, photos: 0 }): Promise<void> {
    const { name: confirmation } = await this.#get<LeavingView>(`/api/projects/${projectId}/leaving`)
    await this.#post(`/api/projects/${projectId}`, { confirmation, losing }, 'DELETE')
  }

  delivery(projectId: string): Promise<DeliveryView> {
    return this.#get(`/api/projects/${projectId}/delivery`)
  }

  sessions(): Promise<SessionView[]> {
    return this.#get('/api/sessions?limit=500')
  }

  /** All of them, over as many pages as it takes. */
  async observations(projectId: string): Promise<ObservationView[]> {
    const all: ObservationView[] = []
    let cursor = ''
    do {
      const page = await this.#get<ObservationPage>(
        `/api/projects/${projectId}/observations?limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      )
      all.push(...page.observations)
      cursor = page.nextCursor ?? ''
    } while (cursor !== '')
    return all
  }

  observation(projectId: string, docId: string): Promise<ObservationView> {
    return this.#get(`/api/projects/${projectId}/observations/${docId}`)
  }

  /** @returns the bytes, or null when the hub does not hold them */
  async photo(projectId: string, photo: TakenPhoto, variant: PhotoVariant): Promise<Buffer | null> {
    const path = `/api/projects/${projectId}/photos/${photo.driveId}/${variant}/${photo.name}`
    const response = await this.#fetch(path, {}, [404])
    return response.status === 404 ? null : Buffer.from(await response.arrayBuffer())
  }

  /**
   * Asks now and whenever the hub tells of a change, until the answer is not undefined.
   * @param awaited for the failure, when it is never so
   */
  async until<T>(awaited: string | (() => string), check: () => Promise<T | undefined>): Promise<T> {
    const signal = AbortSignal.timeout(WAIT_LIMIT_MS)
    try {
      const events = (await this.#fetch('/api/events', { signal })).body?.getReader()
      if (events === undefined) throw new Error('the hub sent no events')
      // The first check comes after the stream is open, so that no change falls between the two.
      do {
        const answer = await check()
        if (answer !== undefined) {
          await events.cancel()
          return answer
        }
      } while (!(await events.read()).done)
      throw new Error('the hub ended its events')
    } catch (error) {
      if (!signal.aborted) throw error
      const said = typeof awaited === 'string' ? awaited : awaited()
      throw new Error(`hub: not within ${WAIT_LIMIT_MS} ms: ${said}`, { cause: error })
    }
  }

  async #get<T>(path: string): Promise<T> {
    // The routes answer by the schemas that these types come from.
    return (await (await this.#fetch(path)).json()) as T
  }

  async #post(path: string, body: object, method = 'POST'): Promise<void> {
    await this.#fetch(path, { method, body: JSON.stringify(body) })
  }

  async #fetch(path: string, init: RequestInit = {}, expected: number[] = []): Promise<Response> {
    const token = (await readFile(join(this.#hub.directory, 'keys', 'operator-token'), 'utf8')).trim()
    const response = await fetch(this.#hub.url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.body !== undefined && { 'content-type': 'application/json' })
      }
    })
    if (response.ok || expected.includes(response.status)) return response
    throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`)
  }
}
