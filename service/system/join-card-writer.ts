import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Resource } from '../resource.ts'
import { joinCardHtml, joinCardPng, type Joining } from './join-card.ts'

/** In the order in which a helper may rely on them: once the page is there, the picture is. */
const PICTURE_FILE = 'join-card.png'
const PAGE_FILE = 'join-card.html'

/** Leaves the join card for a helper of the machine, which puts it where people with a card reader find it. */
export class JoinCardWriter extends Resource {
  readonly #directory: string
  readonly #joining: () => Joining | null
  readonly #logger: Logger
  #written = ''
  #last: Promise<void> = Promise.resolve()

  /**
   * @param parts.directory of requests to helpers
   * @param parts.joining null while there is nothing to join yet
   */
  constructor(parts: { directory: string; joining: () => Joining | null; logger: Logger }) {
    super()
    this.#directory = parts.directory
    this.#joining = parts.joining
    this.#logger = parts.logger
  }

  protected override async _open() {
    await this.refresh()
  }

  protected override async _close() {
    await this.#last
  }

  /** Something that may stand on the card has changed. Resolves when it stands there, or a warning says why not. */
  refresh(): Promise<void> {
    this.#last = this.#last
      .then(() => this.#write())
      .catch((err: unknown) => this.#logger.warn({ err }, 'the join card could not be left for the machine'))
    return this.#last
  }

  async #write(): Promise<void> {
    const joining = this.#joining()
    if (joining === null) return
    const html = joinCardHtml(joining)
    if (html === this.#written) return
    await this.#replace(PICTURE_FILE, joinCardPng(joining))
    await this.#replace(PAGE_FILE, html)
    this.#written = html
  }

  async #replace(name: string, bytes: Buffer | string): Promise<void> {
    const path = join(this.#directory, name)
    await writeFile(`${path}.new`, bytes, { mode: 0o600 })
    await rename(`${path}.new`, path)
  }
}
