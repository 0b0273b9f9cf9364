import type { InviteView } from '../service/web/invite-schemas.ts'
import type { Problem } from '../service/web/problem-schema.ts'
import type { ProjectView } from '../service/web/project-schemas.ts'

/** The hub did not do what it was asked. `message` is its own sentence, for people. */
export class Refused extends Error {
  /** Stable; see the API's problem answers. `UNREACHABLE` when no hub answered. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const api = {
  setup: (passphrase: string): Promise<void> => post('/api/setup', { passphrase }),
  login: (passphrase: string): Promise<void> => post('/api/login', { passphrase }),
  logout: (): Promise<void> => post('/api/logout'),
  invites: (): Promise<InviteView[]> => get('/api/invites'),
  acceptInvite: (id: string): Promise<InviteView> => post(`/api/invites/${id}/accept`),
  rejectInvite: (id: string): Promise<InviteView> => post(`/api/invites/${id}/reject`),
  projects: (): Promise<ProjectView[]> => get('/api/projects')
}

function get<T>(path: string): Promise<T> {
  return request(path, {})
}

function post<T>(path: string, body?: object): Promise<T> {
  if (body === undefined) return request(path, { method: 'POST' })
  const headers = { 'content-type': 'application/json' }
  return request(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** The page comes from the same hub and version as the answers: their types are taken at their word. */
async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw new Refused('UNREACHABLE', 'The hub does not answer. Are you still on its Wi-Fi?')
  }
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
  const problem = parseProblem(text)
  throw new Refused(problem?.code ?? 'INTERNAL', problem?.detail ?? 'Something went wrong inside the hub')
}

function parseProblem(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}
