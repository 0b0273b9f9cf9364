import { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { ProblemSchema } from '../web/problem-schema.ts'

/** What the hub answered instead of doing as asked. `message` is its own sentence. */
export class HubRefusal extends Error {
  override readonly name = 'HubRefusal'
  /** A code of errors.ts, or of a newer hub. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Asks a running hub over HTTP. Every answer is checked against the schema that the API promises. */
export class HubClient {
  readonly #url: string
  #authorization: Record<string, string> = {}

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '')
  }

  get url(): string {
    return this.#url
  }

  get hasCredentials(): boolean {
    return Object.keys(this.#authorization).length > 0
  }

  useToken(token: string | null): void {
    this.#authorization = token === null ? {} : { authorization: `Bearer ${token}` }
  }

  async login(passphrase: string): Promise<void> {
    const response = await this.#fetch('POST', '/api/login', { passphrase })
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0]
    if (cookie === undefined) throw new Error(`${this.#url} is not a hub that this version knows`)
    this.#authorization = { cookie }
  }

  async get<S extends TSchema>(path: string, schema: S): Promise<Static<S>> {
    return this.#parse(await this.#fetch('GET', path), schema)
  }

  async post<S extends TSchema>(path: string, schema: S): Promise<Static<S>> {
    return this.#parse(await this.#fetch('POST', path), schema)
  }

  /** For actions whose answer is empty. */
  async postForNothing(path: string): Promise<void> {
    await this.#fetch('POST', path)
  }

  /** Answers nothing. */
  async delete(path: string, body: object): Promise<void> {
    await this.#fetch('DELETE', path, body)
  }

  async download(path: string): Promise<Readable> {
    const { body } = await this.#fetch('GET', path)
    return body === null ? Readable.from([]) : Readable.fromWeb(body)
  }

  async #parse<S extends TSchema>(response: Response, schema: S): Promise<Static<S>> {
    const answer: unknown = await response.json().catch(() => undefined)
    if (!Value.Check(schema, answer)) throw new Error(`${this.#url} is not a hub that this version knows`)
    return answer
  }

  async #fetch(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { ...this.#authorization, origin: new URL(this.#url).origin }
    if (body !== undefined) headers['content-type'] = 'application/json'
    let response: Response
    try {
      const payload = body === undefined ? null : JSON.stringify(body)
      response = await fetch(this.#url + path, { method, headers, body: payload })
    } catch (error) {
      throw new Error(`No hub answers at ${this.#url}: is it running?`, { cause: error })
    }
    if (response.ok) return response
    const problem: unknown = await response.json().catch(() => undefined)
    if (!Value.Check(ProblemSchema, problem)) {
      throw new Error(`${this.#url} answered ${response.status} and is not a hub that this version knows`)
    }
    throw new HubRefusal(problem.code, problem.detail)
  }
}
