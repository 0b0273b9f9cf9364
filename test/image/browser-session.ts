import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ExportPlanView, ExportRunView } from '../../service/web/export-schemas.ts'
import type { InviteView } from '../../service/web/invite-schemas.ts'
import type { ProjectView } from '../../service/web/project-schemas.ts'
import { CHUNK_MAX_BYTES, type UploadView } from '../../service/web/upload-schemas.ts'
import type { UpdateView } from '../../service/web/update-schemas.ts'

const ASK_EVERY_MS = 500
/** Ends waits that would never end, measures nothing. */
const LIMIT_MS = 600_000

/** What a coordinator's browser asks of a hub: with a cookie, and nothing that lies on the hub. */
export class BrowserSession {
  readonly #url: string
  readonly #passphrase: string
  #cookie = ''

  constructor(url: string, passphrase: string) {
    this.#url = url
    this.#passphrase = passphrase
  }

  /** The first one who comes sets the passphrase. */
  claim(): Promise<void> {
    return this.#enter('/api/setup')
  }

  login(): Promise<void> {
    return this.#enter('/api/login')
  }

  /** Waits for an invite and takes it. */
  async acceptInvite(): Promise<void> {
    const pending = await this.until('an invite', async () =>
      (await this.#get<InviteView[]>('/api/invites')).find(({ state }) => state === 'pending')
    )
    await this.#fetch(`/api/invites/${pending.id}/accept`, { method: 'POST' })
  }

  /** Waits until the page shows so many observations of a project. It shows none while the mirror opens, after joining or unlocking. */
  projectWith(projectId: string, { observations }: { observations: number }): Promise<ProjectView> {
    return this.until(`${observations} observations on the page`, async () => {
      const project = await this.#get<ProjectView>(`/api/projects/${projectId}`)
      return project.mirror === 'current' && project.observations === observations ? project : undefined
    })
  }

  /** @returns the free room on the stick in the USB port, in bytes; undefined while there is none */
  async stickFreeBytes(projectId: string): Promise<number | undefined> {
    const { usb } = await this.#get<ExportPlanView>(`/api/projects/${projectId}/export-plan`)
    return usb?.freeBytes
  }

  /** Writes all observations of a project to the stick. @returns the name of the file, which is whole */
  async exportToStick(projectId: string): Promise<string> {
    const begun = await this.#fetch(`/api/projects/${projectId}/exports/geojson`, { method: 'POST' })
    const { id } = (await begun.json()) as ExportRunView
    const ended = await this.until('the export has ended', async () => {
      const run = await this.#get<ExportRunView>(`/api/exports/${id}`)
      return run.state === 'running' ? undefined : run
    })
    if (ended.state !== 'done') throw new Error(`the export ended: ${JSON.stringify(ended.error)}`)
    return ended.fileName
  }

  async setClock(now: Date): Promise<void> {
    const body = JSON.stringify({ now: now.toISOString() })
    const headers = { 'content-type': 'application/json' }
    await this.#fetch('/api/system/clock', { method: 'POST', headers, body })
  }

  /** Sends a bundle to the shelf, as the page does, and asks for it to be installed. */
  async sendUpdate(bundle: string): Promise<void> {
    const name = basename(bundle)
    const { size } = await stat(bundle)
    const file = await open(bundle)
    try {
      const headers = { 'content-type': 'application/json' }
      const begun = await this.#fetch('/api/shelf/uploads', {
        method: 'POST',
        headers,
        body: JSON.stringify({ name, size })
      })
      // The routes answer by the schemas that these types come from.
      let upload = (await begun.json()) as UploadView
      while (upload.file === null) {
        const body = Buffer.alloc(Math.min(CHUNK_MAX_BYTES, size - upload.received))
        await file.read(body, 0, body.length, upload.received)
        const answer = await this.#fetch(`/api/shelf/uploads/${upload.id}?offset=${upload.received}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/octet-stream' },
          body
        })
        upload = (await answer.json()) as UploadView
      }
      const body = JSON.stringify({ file: name, passphrase: this.#passphrase })
      await this.#fetch('/api/update', { method: 'POST', headers, body })
    } finally {
      await file.close()
    }
  }

  update(): Promise<UpdateView> {
    return this.#get('/api/update')
  }

  async until<T>(awaited: string, check: () => Promise<T | undefined>): Promise<T> {
    const limit = AbortSignal.timeout(LIMIT_MS)
    for (;;) {
      const answer = await check()
      if (answer !== undefined) return answer
      if (limit.aborted) throw new Error(`not within ${LIMIT_MS} ms: ${awaited}`)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  async #enter(path: string): Promise<void> {
    const body = JSON.stringify({ passphrase: this.#passphrase })
    const headers = { 'content-type': 'application/json' }
    const response = await this.#fetch(path, { method: 'POST', body, headers })
    this.#cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }

  async #get<T>(path: string): Promise<T> {
    // The routes answer by the schemas that these types come from.
    return (await (await this.#fetch(path)).json()) as T
  }

  async #fetch(
    path: string,
    init: RequestInit & { headers?: Record<string, string> } = {}
  ): Promise<Response> {
    const headers = { ...init.headers, origin: this.#url, cookie: this.#cookie }
    const response = await fetch(this.#url + path, { ...init, headers })
    if (response.ok) return response
    throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`)
  }
}
