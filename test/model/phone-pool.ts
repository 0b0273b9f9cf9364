import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PhoneVersion } from '../phones/commands.ts'
import { Phone, type PhoneOwner } from '../phones/phone.ts'

/** A phone takes longer to start again with every project that lies in it. */
const PROJECTS_PER_PHONE = 6

interface Pooled {
  phone: Phone
  directory: string
  projects: number
  /** Of a phone that ended by itself. */
  lastWords: string | null
}

/**
 * Phones that take part in one schedule after the other, each time in a project of its own: to start one takes longer than most
 * schedules. A phone belongs to one schedule at a time.
 */
export class PhonePool {
  readonly #all = new Map<Phone, Pooled>()
  readonly #idle = new Set<Pooled>()
  #started = 0

  constructor(owner: PhoneOwner) {
    owner.teardown(async () => {
      await Promise.all([...this.#all.keys()].map((phone) => this.discard(phone)))
    })
  }

  async take(version: PhoneVersion): Promise<Phone> {
    // CoMapeo 7.1.0 ends when it hears of a role in a project that it is just leaving, also after its schedule was over.
    for (const { phone, lastWords } of [...this.#idle]) if (lastWords !== null) await this.discard(phone)
    const idle = [...this.#idle].find(({ phone }) => phone.version === version)
    const pooled = idle ?? (await this.#start(version))
    this.#idle.delete(pooled)
    pooled.projects++
    return pooled.phone
  }

  /** Takes back a phone that runs and is as good as before. */
  async giveBack(phone: Phone): Promise<void> {
    const pooled = this.#all.get(phone)
    if (pooled === undefined) return
    if (pooled.projects >= PROJECTS_PER_PHONE) return this.discard(phone)
    await phone.disconnect()
    this.#idle.add(pooled)
  }

  /** @throws Error with the last words of a phone that ended by itself */
  checkAlive(phone: Phone): void {
    const lastWords = this.#all.get(phone)?.lastWords
    if (typeof lastWords === 'string') throw new Error(lastWords)
  }

  /** Ends a phone for good. */
  async discard(phone: Phone): Promise<void> {
    const pooled = this.#all.get(phone)
    if (pooled === undefined) return
    this.#all.delete(phone)
    this.#idle.delete(pooled)
    await phone.kill()
    await rm(pooled.directory, { recursive: true, force: true })
  }

  async #start(version: PhoneVersion): Promise<Pooled> {
    const directory = await mkdtemp(join(tmpdir(), 'phone-'))
    const name = `Phone ${++this.#started}`
    const pooled: Omit<Pooled, 'phone'> = { directory, projects: 0, lastWords: null }
    const phone = await Phone.start({ version, name, directory }, ({ message }) => {
      pooled.lastWords = message
    })
    const entry = Object.assign(pooled, { phone })
    this.#all.set(phone, entry)
    return entry
  }
}
