import { join } from 'node:path'
import type { Logger } from 'pino'
import Type from 'typebox'
import Value from 'typebox/value'
import type { Clock } from '../../clock.ts'
import { WaystationError } from '../../errors.ts'
import { Resource } from '../../resource.ts'
import { makeDirectory, readIfPresent, writeDurably } from '../../storage/durable-file.ts'
import { LoginThrottle } from './login-throttle.ts'
import { OperatorToken } from './operator-token.ts'
import { hashPassphrase, verifyPassphrase } from './passphrase.ts'
import { SessionTable } from './session-table.ts'

// On disk for ever: a hub that cannot read its passphrase can only be reset.
const OFFICE_FILE = 'office.json'
const THROTTLE_FILE = 'login-throttle.json'
const OfficeFileSchema = Type.Object({ version: Type.Literal(1), passphraseHash: Type.String() })

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
  /** Wraps again what the passphrase protects. When it fails, the old passphrase stays. */
  onPassphraseChange?: (passphrase: string) => Promise<void>
  clock: Clock
  logger: Logger
}

/**
 * The lock of the office: the passphrase, who is inside, and who tries in vain. A damaged passphrase file does not open
 * (`_open` throws): an office that anybody could claim anew would be worse than one that stays shut.
 */
export class Office extends Resource<{ claimed: [] }> {
  readonly #keysDirectory: string
  readonly #onPassphraseChange: (passphrase: string) => Promise<void>
  readonly #logger: Logger
  readonly #sessions: SessionTable
  readonly #throttle: LoginThrottle
  #operatorToken: OperatorToken | null = null
  #passphraseHash: string | null = null
  #claiming = false

  constructor({ keysDirectory, onPassphraseChange = async () => {}, clock, logger }: OfficeParts) {
    super()
    this.#onPassphraseChange = onPassphraseChange
    this.#keysDirectory = keysDirectory
    this.#logger = logger
    this.#sessions = new SessionTable(clock)
    this.#throttle = new LoginThrottle({ path: join(keysDirectory, THROTTLE_FILE), clock })
  }

  protected override async _open() {
    await makeDirectory(this.#keysDirectory)
    const bytes = await readIfPresent(join(this.#keysDirectory, OFFICE_FILE))
    if (bytes !== null) {
      this.#passphraseHash = Value.Parse(OfficeFileSchema, JSON.parse(bytes.toString('utf8'))).passphraseHash
    }
    await this.#throttle.load()
    this.#operatorToken = await OperatorToken.create(this.#keysDirectory)
  }

  /** Whether a passphrase has been set. */
  get claimed(): boolean {
    return this.#passphraseHash !== null
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
      await this.#keep(await hashPassphrase(passphrase))
    } finally {
      this.#claiming = false
    }
    this.#logger.info('claimed')
    this.emit('claimed')
    return this.#sessions.start()
  }

  /**
   * @returns the token of a session
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, LoginThrottled
   */
  async login(passphrase: string): Promise<string> {
    await this.#prove(passphrase)
    return this.#sessions.start()
  }

  /**
   * Takes another passphrase in the place of the old one, and ends every session: whoever knew the old one is out.
   * @returns the token of a new session
   * @throws NOT_CLAIMED, PASSPHRASE_WRONG, PASSPHRASE_WEAK, LoginThrottled
   */
  async changePassphrase(old: string, passphrase: string): Promise<string> {
    await this.#prove(old)
    const passphraseHash = await hashPassphrase(passphrase)
    await this.#onPassphraseChange(passphrase)
    await this.#keep(passphraseHash)
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

  logout(session: string): void {
    this.#sessions.end(session)
  }

  /**
   * Lets a request in, and counts as use of its session.
   * @throws NOT_CLAIMED before there is a passphrase, LOGIN_REQUIRED
   */
  enter(credentials: Credentials): void {
    if (this.#isOperator(credentials)) return
    if (credentials.session !== undefined && this.#sessions.use(credentials.session)) return
    throw new WaystationError(this.claimed ? 'LOGIN_REQUIRED' : 'NOT_CLAIMED')
  }

  /** Whether these credentials open the office, without counting as use of the session. */
  isOpenTo(credentials: Credentials): boolean {
    if (this.#isOperator(credentials)) return true
    return credentials.session !== undefined && this.#sessions.isOpen(credentials.session)
  }

  async #prove(passphrase: string): Promise<void> {
    const hash = this.#passphraseHash
    if (hash === null) throw new WaystationError('NOT_CLAIMED')
    if (await this.#throttle.attempt(() => verifyPassphrase(hash, passphrase))) return
    this.#logger.warn('wrong passphrase')
    throw new WaystationError('PASSPHRASE_WRONG')
  }

  async #keep(passphraseHash: string): Promise<void> {
    await writeDurably(join(this.#keysDirectory, OFFICE_FILE), JSON.stringify({ version: 1, passphraseHash }))
    this.#passphraseHash = passphraseHash
  }

  #isOperator({ bearer }: Credentials): boolean {
    return bearer !== undefined && this.#operatorToken?.matches(bearer) === true
  }
}
