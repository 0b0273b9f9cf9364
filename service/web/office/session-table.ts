import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'

/** A phone that is put away does not leave the office open. */
const IDLE_MS = 30 * 60_000

/** A day's work; also a page that polls has to log in again. */
const ABSOLUTE_MS = 12 * 60 * 60_000

/** The few people who run a hub. One more login ends the session that was idle for longest. */
const SESSIONS_MAX = 5

const TOKEN_BYTES = 32

interface Session {
  startedAt: number
  usedAt: number
}

/** Who is logged in. In memory only: a restart ends every session. */
export class SessionTable {
  readonly #clock: Clock
  /** By token, in the order of last use. */
  readonly #sessions = new Map<string, Session>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns the token of a new session: 256 random bits in base64url */
  start(): string {
    const now = this.#clock.monotonic()
    for (const [token, session] of this.#sessions) {
      if (isOver(session, now)) this.#sessions.delete(token)
    }
    const [idleLongest] = this.#sessions.keys()
    if (this.#sessions.size >= SESSIONS_MAX && idleLongest !== undefined) this.#sessions.delete(idleLongest)
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#sessions.set(token, { startedAt: now, usedAt: now })
    return token
  }

  /** @returns whether the session is open, and counts this as use of it */
  use(token: string): boolean {
    if (!this.isOpen(token)) return false
    const session = this.#sessions.get(token)
    if (session === undefined) return false
    this.#sessions.delete(token)
    this.#sessions.set(token, { ...session, usedAt: this.#clock.monotonic() })
    return true
  }

  /** @returns whether the session is open, without counting as use: for what happens without a person */
  isOpen(token: string): boolean {
    const session = this.#sessions.get(token)
    return session !== undefined && !isOver(session, this.#clock.monotonic())
  }

  end(token: string): void {
    this.#sessions.delete(token)
  }

  endAll(): void {
    this.#sessions.clear()
  }
}

function isOver(session: Session, now: number): boolean {
  return now - session.usedAt >= IDLE_MS || now - session.startedAt >= ABSOLUTE_MS
}
