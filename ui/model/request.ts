import type { Problem } from '../../service/web/problem-schema.ts'

/** The hub did not do what it was asked. `message` is its own sentence in English; people are told by the code. */
export class Refused extends Error {
  /** Stable; see the API's problem answers. `UNREACHABLE` when no hub answered. */
  readonly code: string
  /** How long to wait before another try makes sense; null when the hub did not say. */
  readonly retryAfterSeconds: number | null

  constructor(code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message)
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Called whenever the hub says that the session of this browser is over. */
export const sessionListeners = new Set<() => void>()

export const get = <T>(path: string): Promise<T> => request(path, {})
export const post = <T = void>(path: string, body?: object): Promise<T> => send('POST', path, body)
export const patch = <T>(path: string, body: object): Promise<T> => send('PATCH', path, body)
export const put = <T = void>(path: string, body?: object): Promise<T> => send('PUT', path, body)
export const remove = <T = void>(path: string, body?: object): Promise<T> => send('DELETE', path, body)

function send<T>(method: string, path: string, body?: object): Promise<T> {
  if (body === undefined) return request(path, { method })
  const headers = { 'content-type': 'application/json' }
  return request(path, { method, headers, body: JSON.stringify(body) })
}

/**
 * One request to the API. The page comes from the same hub and version as the answers: their types are taken at their word.
 * @throws Refused
 */
export async function request<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answerTo(path, init)
  const text = await reachable(response.text())
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Asks for a file. @throws Refused */
export async function postForFile(path: string, body: object): Promise<Blob> {
  const headers = { 'content-type': 'application/json' }
  const response = await answerTo(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return reachable(response.blob())
}

async function answerTo(path: string, init: RequestInit): Promise<Response> {
  const response = await reachable(fetch(path, init))
  if (response.ok) return response
  const text = await reachable(response.text())
  const problem = parseProblem(text)
  if (problem?.code === 'LOGIN_REQUIRED') for (const listener of sessionListeners) listener()
  const retryAfter = Number(response.headers.get('retry-after'))
  throw new Refused(
    problem?.code ?? 'INTERNAL',
    problem?.detail ?? response.statusText,
    retryAfter > 0 ? retryAfter : null
  )
}

async function reachable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch {
    throw new Refused('UNREACHABLE', 'The hub does not answer')
  }
}

function parseProblem(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}
