import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import { Resource } from '../../resource.ts'
import { makeDirectory } from '../../storage/durable-file.ts'
import type { LockService, SealState } from '../services.ts'
import { FormerPassphrase } from './former-passphrase.ts'
import { LoginThrottle } from './login-throttle.ts'
import { OperatorToken } from './operator-token.ts'
import { requireStrong } from './passphrase.ts'
import { SessionTable } from './session-table.ts'

const THROTTLE_FILE = 'login-throttle.json'

/** A hub that nobody looks into locks itself: a phone that is put away, a person who is taken away. */
const LOCK_AFTER_MS = 30 * 60_000

/** What a request brings to prove that it may enter. */
export interface Credentials {
  /** The session cookie. */
  session: string | undefined
  /** The operator token of the same machine. */
  bearer: string | undefined
}

export interface OfficeParts {
  /** Directory of the hub's keys. */
  keysDirectory: string
  lock: LockService
  clock: Clock
  logger: Logger
}

/** The door of the office: who is inside, and who tries in vain. What the passphrase opens is the lock of the hub. */
export class Office extends Resource<{ claimed: []; locked: [] }> {
  readonly #keysDirectory: string
  readonly #lock: LockService
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #sessions: SessionTable
  readonly #throttle: LoginThrottle
  readonly #former: FormerPassphrase
  #operatorToken: OperatorToken | null = null
  #claiming = false
  #visits = 0
  #lockTimer: Timer | null = null

  constructor({ keysDirectory, lock, clock, logger }: OfficeParts) {
    super()
    this.#keysDirectory = keysDirectory
    this.#lock = lock
    this.#clock = clock
    this.#logger = logger
    this.#sessions = new SessionTable(clock)
    this.#throttle = new LoginThrottle({ path: join(keysDirectory, THROTTLE_FILE), clock })
    this.#former = new FormerPassphrase(keysDirectory)
  }

  protected override async _open() {
    await makeDirectory(this.#keysDirectory)
    await this.#former.load()
    await this.#throttle.load()
    this.#operatorToken = await OperatorToken.create(this.#keysDirectory)
  }

  protected override async _close() {
    this.#lockTimer?.clear()
  }

  /** Whether a passphrase has been set. */
  get claimed(): boolean {
    return this.#lock.hasPassphrase || this.#former.isSet
  }

  get seal(): SealState {
    return this.#lock.state
  }

  /**
   * Sets the passphrase, once.
   * @returns the token of a session
   * @throws ALREADY_CLAIMED, PASSPHRASE_WEAK
   */
  async claim(passphrase: string): Promise<string> {
    if (this.claimed || this.#claiming) throw new WaystationError('ALREADY_CLAIMED')
    this.#claiming = true
    try {
      await requireStrong(passphrase)
      await this.#lock.setFirstPassphrase(passphrase)
    } finally {
      this.#claiming = false
    }
    this.#logger.info('claimed')
    this.emit('claimed')
    return this.#sessions.start()
  }

  /**
   * Unlocks the hub, where it is locked.
   * @param address where the request comes from
   * @returns the token of a session
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, LoginThrottled
   */
  async login(passphrase: string, address: string): Promise<string> {
    await this.#prove(passphrase, { address })
    this.#used()
    return this.#sessions.start()
  }

  /**
   * Takes another passphrase in the place of the old one, and ends every session: whoever knew the old one is out.
   * @returns the token of a new session
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, PASSPHRASE_WEAK, LoginThrottled
   */
  async changePassphrase(old: string, passphrase: string): Promise<string> {
    await requireStrong(passphrase)
    await this.#prove(old, { then: () => this.#lock.changePassphrase(old, passphrase) })
    this.#sessions.endAll()
    this.#logger.info('passphrase changed')
    return this.#sessions.start()
  }

  /**
   * Asks for the passphrase once more before something that cannot be taken back: the page may lie open on a table.
   * Whoever has the operator token may do all of it without the hub.
   * @throws PASSPHRASE_WRONG, LoginThrottled
   */
  async confirm(credentials: Credentials, passphrase: string | undefined): Promise<void> {
    if (this.#isOperator(credentials)) return
    await this.#prove(passphrase ?? '')
  }

  /**
   * Seals an open hub, or opens a sealed one to everybody who holds it.
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, LoginThrottled
   */
  async setSealMode(mode: SealState['mode'], passphrase: string): Promise<void> {
    await this.#prove(passphrase, { then: () => this.#lock.setMode(mode, passphrase) })
  }

  /** Forgets the keys of the hub, and ends every session. */
  async lock(): Promise<void> {
    this.#lockTimer?.clear()
    this.#lockTimer = null
    this.#sessions.endAll()
    await this.#lock.lock()
    this.emit('locked')
  }

  logout(session: string): void {
    this.#sessions.end(session)
  }

  /**
   * Lets a request in, and counts as use of its session.
   * @throws NOT_CLAIMED before there is a passphrase, LOGIN_REQUIRED
   */
  enter(credentials: Credentials): void {
    const isOpen =
      this.#isOperator(credentials) ||
      (credentials.session !== undefined && this.#sessions.use(credentials.session))
    if (isOpen) return this.#used()
    throw new WaystationError(this.claimed ? 'LOGIN_REQUIRED' : 'NOT_CLAIMED')
  }

  /** Whether these credentials open the office, without counting as use of the session. */
  isOpenTo(credentials: Credentials): boolean {
    if (this.#isOperator(credentials)) return true
    return credentials.session !== undefined && this.#sessions.isOpen(credentials.session)
  }

  /** Somebody in the office is being answered: a long export keeps the hub from locking itself. */
  visitBegan(): void {
    this.#visits += 1
  }

  visitEnded(): void {
    this.#visits -= 1
    this.#used()
  }

  async #unlock(passphrase: string): Promise<boolean> {
    if (!this.#former.isSet || this.#lock.hasPassphrase) return this.#lock.unlock(passphrase)
    if (!(await this.#former.matches(passphrase))) return false
    await this.#lock.setFirstPassphrase(passphrase)
    await this.#former.forget()
    return true
  }

  /**
   * Unlocks the hub, where it is locked, and goes on only with the right passphrase.
   * @param options.address where it comes from; without one it shares the wait of all who were wrong
   * @param options.then what needs it once more
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, LoginThrottled
   */
  async #prove(
    passphrase: string,
    options: { address?: string; then?: () => Promise<boolean> } = {}
  ): Promise<void> {
    if (!this.claimed) throw new WaystationError('NOT_CLAIMED')
    const { address = null, then = async () => true } = options
    if (await this.#throttle.attempt(address, async () => (await this.#unlock(passphrase)) && then())) return
    this.#logger.warn('wrong passphrase')
    throw new WaystationError('PASSPHRASE_WRONG')
  }

  #used(): void {
    if (this.closing !== null) return
    this.#lockTimer?.clear()
    this.#lockTimer = this.#clock.after(LOCK_AFTER_MS, () => {
      if (this.#visits > 0) return this.#used()
      this.lock().catch((err: unknown) => this.#logger.error({ err }, 'locking failed'))
    })
  }

  #isOperator({ bearer }: Credentials): boolean {
    return bearer !== undefined && this.#operatorToken?.matches(bearer) === true
  }
}
