import { openBackup, sealBackup } from '../../backup/backup-file.ts'
import { collectBackup } from '../../backup/collect.ts'
import { stageRestore } from '../../backup/restore.ts'
import type { Clock } from '../../clock.ts'
import type { StopRequest } from '../../exit-codes.ts'
import type { BackupService } from '../services.ts'

/** Letters and digits of any language would do, but not in every header and on every file system. */
const NOT_IN_NAMES = /[^A-Za-z0-9]+/g

/** The identity of the hub, out into one file and back. */
export class BackupDesk implements BackupService {
  readonly #directory: string
  readonly #hubName: () => string
  readonly #clock: Clock
  readonly #onStop: (request: StopRequest) => void
  #last: Promise<unknown> = Promise.resolve()

  /** @param parts.directory the data directory */
  constructor(parts: {
    directory: string
    hubName: () => string
    clock: Clock
    onStop: (request: StopRequest) => void
  }) {
    this.#directory = parts.directory
    this.#hubName = parts.hubName
    this.#clock = parts.clock
    this.#onStop = parts.onStop
  }

  async make(passphrase: string): Promise<{ fileName: string; bytes: Buffer }> {
    return this.#inTurn(async () => {
      const now = this.#clock.now()
      const name = this.#hubName().normalize('NFKD').replace(/\p{M}/gu, '').replace(NOT_IN_NAMES, '-')
      const day = new Date(now).toISOString().slice(0, 10)
      return {
        fileName: `waystation-${name}-${day}.backup`,
        bytes: await sealBackup(await collectBackup(this.#directory, now), passphrase)
      }
    })
  }

  async restore(file: Buffer, passphrase: string): Promise<void> {
    await this.#inTurn(async () => {
      await stageRestore(this.#directory, await openBackup(file, passphrase))
      this.#onStop('restart')
    })
  }

  /** One at a time: each takes the memory that a passphrase costs. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.catch(() => {})
    return done
  }
}
