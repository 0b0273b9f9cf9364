import { execFile, execFileSync } from 'node:child_process'
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  statfs,
  truncate,
  writeFile
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const run = promisify(execFile)

/** Images lie in memory: a cut is a copy, and hundreds of them wear nothing. */
const MEMORY = '/dev/shm'

const PAGE_BYTES = 4096
const ZEROS = Buffer.alloc(PAGE_BYTES)

/** @returns what is missing to mount images on this machine, or false when nothing is */
export function imagesMissing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root to mount card images'
  try {
    execFileSync('sh', ['-c', 'command -v mkfs.ext4 && losetup -f'], { stdio: 'pipe' })
    return false
  } catch {
    return 'needs loop devices and mkfs.ext4 (Debian package e2fsprogs)'
  }
}

/**
 * A memory card: an ext4 file system in an image. What reached the image is what a card would hold if the power went now;
 * what is in the page cache is not there.
 */
export class CardImage {
  /** Where it is mounted. */
  readonly directory: string
  readonly #home: string
  readonly #t: Test

  private constructor(t: Test, home: string) {
    this.#t = t
    this.#home = home
    this.directory = join(home, 'mounted')
  }

  static async make(t: Test, { mebibytes = 128 } = {}): Promise<CardImage> {
    const card = await CardImage.#empty(t)
    await writeFile(card.#image, '')
    await truncate(card.#image, mebibytes * 1024 * 1024)
    // Without reserved blocks, which root may use: the hub of a test runs as root.
    await run('mkfs.ext4', ['-q', '-m', '0', card.#image])
    await card.#mount()
    return card
  }

  /** A card as a power cut at this moment leaves this one; mounting it replays the journal, as a start does. */
  async cut(): Promise<CardImage> {
    const copy = await CardImage.#empty(this.#t)
    await copyFile(this.#image, copy.#image)
    await copy.#mount()
    return copy
  }

  /**
   * What whoever reads the card sector by sector finds, free space included. Pages of zeros are left out. Nothing may be open
   * on the card.
   */
  async sectors(): Promise<Buffer> {
    await run('umount', [this.directory])
    const image = await readFile(this.#image)
    const pages: Buffer[] = []
    for (let start = 0; start < image.byteLength; start += PAGE_BYTES) {
      const page = image.subarray(start, start + PAGE_BYTES)
      if (!page.equals(ZEROS)) pages.push(page)
    }
    await this.#mount()
    return Buffer.concat(pages)
  }

  /** As when the card is pulled out, or its controller dies: from now on everything fails with EIO. */
  async pullOut(): Promise<void> {
    // EXT4_IOC_SHUTDOWN without a flush of the log.
    const shutdown =
      'import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1], 0), 0x8004587d, struct.pack("I", 2))'
    await run('python3', ['-c', shutdown, this.directory])
  }

  /** As when the file system finds that something is wrong with itself: the kernel lets nobody write any more. */
  async makeReadOnly(): Promise<void> {
    const { stdout: device } = await run('findmnt', ['-no', 'SOURCE', this.directory])
    await writeFile(join('/sys/fs/ext4', basename(device.trim()), 'trigger_fs_error'), '1')
  }

  /** As a machine does that is switched off and on. Nothing may be open on the card. */
  async checkAndMountAgain(): Promise<void> {
    await run('umount', [this.directory])
    // It exits with 1 when it has mended something.
    await run('e2fsck', ['-p', this.#image]).catch((error: { code?: number }) => {
      if (error.code !== 1) throw new Error('The card is beyond repair', { cause: error })
    })
    await this.#mount()
  }

  /** Somebody else fills the card, but for so many bytes. */
  async fill(leaveBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.directory)
    const bytes = bavail * bsize - leaveBytes
    const filling = join(this.directory, `somebody-elses-${await this.#countOthers()}`)
    // It fails when the hub writes meanwhile, and has taken what there was by then.
    if (bytes > 0) await run('fallocate', ['-l', String(bytes), filling]).catch(() => {})
  }

  /** Somebody else makes room again. */
  async makeRoom(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (name.startsWith('somebody-elses')) await rm(join(this.directory, name))
    }
  }

  async #countOthers(): Promise<number> {
    return (await readdir(this.directory)).length
  }

  async discard(): Promise<void> {
    await run('umount', ['--lazy', this.directory]).catch(() => {})
    await rm(this.#home, { recursive: true, force: true })
  }

  get #image(): string {
    return join(this.#home, 'image')
  }

  static async #empty(t: Test): Promise<CardImage> {
    const card = new CardImage(t, await mkdtemp(join(MEMORY, 'card-')))
    await mkdir(card.directory)
    t.teardown(() => card.discard())
    return card
  }

  async #mount(): Promise<void> {
    await run('mount', ['-o', 'loop,data=ordered,commit=5,errors=remount-ro', this.#image, this.directory])
  }
}
