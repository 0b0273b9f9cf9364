import type { LockService, SealState } from '../../../service/web/services.ts'

/** The lock of a hub in memory, with the promises of the real one and without its cost. */
export class MemoryLock implements LockService {
  readonly state: SealState = { mode: 'open', locked: false }
  passphrase: string | null = null

  get hasPassphrase() {
    return this.passphrase !== null
  }

  async setFirstPassphrase(passphrase: string) {
    this.passphrase = passphrase
    this.state.mode = 'sealed'
  }

  async unlock(passphrase: string) {
    if (passphrase !== this.passphrase) return false
    this.state.locked = false
    return true
  }

  async lock() {
    this.state.locked = this.state.mode === 'sealed'
  }

  async changePassphrase(old: string, passphrase: string) {
    if (!(await this.unlock(old))) return false
    this.passphrase = passphrase
    return true
  }

  async setMode(mode: SealState['mode'], passphrase: string) {
    if (!(await this.unlock(passphrase))) return false
    this.state.mode = mode
    return true
  }
}
