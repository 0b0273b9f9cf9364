import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where slot A begins in the image: see image/pc/genimage.cfg. */
const SLOT_OFFSET = '65M'
/** See `slot_mebibytes` in image/steps/lib.sh. */
const SLOT_MEBIBYTES = 480
const COMPATIBLE = 'waystation-pc'

/** The key that `image/build` made for this machine, and that the images that it builds here accept. */
const TEST_KEYS = join(
  process.env['WAYSTATION_CACHE'] ?? join(homedir(), '.cache', 'waystation-image'),
  'test-keys'
)

export interface SigningKey {
  certificate: string
  key: string
}

export const testKey: SigningKey = {
  certificate: join(TEST_KEYS, 'cert.pem'),
  key: join(TEST_KEYS, 'key.pem')
}

/** Another key of the same kind, which no image knows. */
export async function strangersKey(directory: string): Promise<SigningKey> {
  const made = { certificate: join(directory, 'stranger.pem'), key: join(directory, 'stranger.key') }
  // prettier-ignore
  await run('openssl', [
    'req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-days', '30', '-subj', '/O=Somebody else', '-addext', 'keyUsage=digitalSignature',
    '-keyout', made.key, '-out', made.certificate
  ])
  return made
}

/** Makes versions of an image that were never built: its slot, changed. */
export class BundleMaker {
  readonly #image: string
  readonly #directory: string

  /** @param parts.directory for the slot and the bundles, empty */
  constructor(parts: { image: string; directory: string }) {
    this.#image = parts.image
    this.#directory = parts.directory
  }

  /** Takes the slot of the image apart. Needs root: files keep their owners. */
  async open(): Promise<void> {
    await mkdir(this.#slot)
    // prettier-ignore
    await run('mcopy', [
      '-s', '-i', `${this.#image}@@${SLOT_OFFSET}`, '::vmlinuz', '::initrd', '::root.squashfs', '::build-id', this.#slot
    ])
    await run('unsquashfs', [
      '-quiet',
      '-no-progress',
      '-dest',
      this.#root,
      join(this.#slot, 'root.squashfs')
    ])
  }

  /** @returns the path of a bundle that starts: the same system that says it is another version */
  async working(version: string): Promise<string> {
    await this.#setVersion(version)
    await this.#packRoot()
    return this.#sign(version, testKey)
  }

  /** @returns the path of a bundle whose system starts and whose hub does not */
  async withoutHub(version: string): Promise<string> {
    const main = join(this.#root, 'usr/lib/waystation/service/dist/service/main.js')
    const whole = await readFile(main)
    await writeFile(main, 'process.exit(1)\n')
    await this.#setVersion(version)
    await this.#packRoot()
    await writeFile(main, whole)
    return this.#sign(version, testKey)
  }

  /** @returns the path of a bundle whose root is noise: the kernel starts and finds nothing to mount */
  async withoutRoot(version: string, key = testKey): Promise<string> {
    await writeFile(join(this.#slot, 'root.squashfs'), 'noise')
    return this.#sign(version, key)
  }

  async #setVersion(version: string): Promise<void> {
    const release = join(this.#root, 'usr/lib/os-release')
    const text = await readFile(release, 'utf8')
    await writeFile(release, text.replace(/^VERSION_ID=.*$/m, `VERSION_ID=${version}`))
    const manifest = join(this.#root, 'usr/lib/waystation/service/package.json')
    const content = JSON.parse(await readFile(manifest, 'utf8')) as object
    await writeFile(manifest, JSON.stringify({ ...content, version }))
  }

  async #packRoot(): Promise<void> {
    const packed = join(this.#slot, 'root.squashfs')
    await rm(packed, { force: true })
    // prettier-ignore
    await run('mksquashfs', [
      this.#root, packed, '-quiet', '-no-progress', '-noappend', '-comp', 'zstd', '-Xcompression-level', '1', '-b', '256K'
    ])
  }

  async #sign(version: string, { certificate, key }: SigningKey): Promise<string> {
    const content = join(this.#directory, 'content')
    const bundle = join(this.#directory, `waystation-${version}.raucb`)
    await rm(content, { recursive: true, force: true })
    await rm(bundle, { force: true })
    await mkdir(content)
    const file = join(content, 'slot.vfat')
    await writeFile(file, '')
    await truncate(file, SLOT_MEBIBYTES * 1024 ** 2)
    await run('mkfs.vfat', ['-F', '32', '-n', 'WS-SYSTEM', file])
    for (const name of ['vmlinuz', 'initrd', 'root.squashfs', 'build-id']) {
      await run('mcopy', ['-i', file, join(this.#slot, name), '::'])
    }
    await writeFile(
      join(content, 'manifest.raucm'),
      `[update]\ncompatible=${COMPATIBLE}\nversion=${version}\n[bundle]\nformat=verity\n[image.system]\nfilename=slot.vfat\n`
    )
    // prettier-ignore
    await run('rauc', [
      `--cert=${certificate}`, `--key=${key}`, `--keyring=${certificate}`, 'bundle', '--mksquashfs-args=-comp zstd -Xcompression-level 1',
      content, bundle
    ])
    return bundle
  }

  get #slot(): string {
    return join(this.#directory, 'slot')
  }

  get #root(): string {
    return join(this.#directory, 'root')
  }
}
