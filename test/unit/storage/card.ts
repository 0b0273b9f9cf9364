import { cp, readdir, readlink, rm, stat, truncate, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** A card whose syncs can be counted, held back and made to fail, and that knows what a power cut would leave. */
export class Card {
  syncs = 0
  readonly #syncedBytes = new Map<string, number>()
  #held: Promise<void> | null = null
  #release: () => void = () => {}
  #asked: () => void = () => {}
  #failure: Error | null = null

  readonly sync = async (file: FileHandle): Promise<void> => {
    this.syncs++
    this.#asked()
    await this.#held
    if (this.#failure !== null) throw this.#failure
    const { size } = await file.stat()
    await file.datasync()
    this.#syncedBytes.set(basename(await readlink(`/proc/self/fd/${file.fd}`)), size)
  }

  /** Lets no sync end until `release`. */
  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  release(): void {
    this.#held = null
    this.#release()
  }

  fail(error: Error): void {
    this.#failure = error
  }

  repair(): void {
    this.#failure = null
  }

  /** Resolves when the next sync is asked for. */
  nextSync(): Promise<void> {
    return new Promise((resolve) => (this.#asked = resolve))
  }

  /** Copies a data directory as a cut at this moment would leave it: the logs end where they were last synced. */
  async cut(from: string, to: string): Promise<void> {
    const database = join(from, 'cores', 'db')
    // RocksDB works on in the background, and a cut is one moment: a copy counts when nothing changed meanwhile.
    for (let before = ''; ;) {
      before = await listing(database)
      const isCopied = await cp(from, to, { recursive: true }).then(
        () => true,
        () => false
      )
      if (isCopied && before === (await listing(database))) break
      await rm(to, { recursive: true, force: true })
    }
    const copied = join(to, 'cores', 'db')
    for (const name of await readdir(copied)) {
      if (name.endsWith('.log')) await truncate(join(copied, name), this.#syncedBytes.get(name) ?? 0)
    }
  }
}

async function listing(directory: string): Promise<string> {
  const files: string[] = []
  for (const name of (await readdir(directory)).sort()) {
    const file = await stat(join(directory, name)).catch(() => null)
    files.push(`${name} ${file?.size} ${file?.mtimeMs}`)
  }
  return files.join('\n')
}
