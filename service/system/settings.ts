import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import Type, { type TObject, type TSchema } from 'typebox'
import Value from 'typebox/value'
import { NAME_PATTERN } from '../config.ts'
import { WaystationError } from '../errors.ts'
import { KeptNetworkSettingsSchema } from '../network/network-settings.ts'
import { Resource } from '../resource.ts'
import { readIfPresent, writeDurably } from '../storage/durable-file.ts'

/** In the data directory, in clear: a locked hub must read it too. No key and no passphrase of the office belongs in it. */
export const SETTINGS_FILE = 'settings.json'

/** Such as `es-419`. Which languages there are is the page's affair. */
export const LANGUAGE_PATTERN = '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()], { default: null })

/**
 * What people change while the hub runs, in sections of one owner each. Every value has a default; what the configuration
 * of the run says (file, environment, flags) wins over what is kept here, and is not written into it.
 */
export const SETTINGS = {
  hub: Type.Object({
    /** Null: the hub names itself after its device id. */
    name: OrNull(Type.String({ pattern: NAME_PATTERN })),
    /** Short tag. For those whose browser asks for a language that the page does not have. */
    language: Type.String({ pattern: LANGUAGE_PATTERN, default: 'en' })
  }),
  board: Type.Object({
    showProjectNames: Type.Boolean({ default: false }),
    showDeviceNames: Type.Boolean({ default: true })
  }),
  network: KeptNetworkSettingsSchema
} as const satisfies Record<string, TObject>

export type SectionName = keyof typeof SETTINGS
export type Section<Name extends SectionName> = Type.Static<(typeof SETTINGS)[Name]>

const SECTION_NAMES = Object.keys(SETTINGS) as SectionName[]

/** Settings that survive a restart: read once, replaced as a whole, durable before a change is said to be made. */
export class Settings extends Resource<{ changed: [section: SectionName] }> {
  readonly #path: string
  readonly #logger: Logger
  readonly #sections = new Map<SectionName, unknown>()
  /** Sections of another version of the hub are kept as they are. */
  #unknown: Record<string, unknown> = {}
  #writing: Promise<unknown> = Promise.resolve()

  /** @param parts.directory the data directory */
  constructor(parts: { directory: string; logger: Logger }) {
    super()
    this.#path = join(parts.directory, SETTINGS_FILE)
    this.#logger = parts.logger
    for (const name of SECTION_NAMES) this.#sections.set(name, defaultsOf(name))
  }

  /** A damaged file, or a section that is none, means the defaults: a hub in the forest must start. The file is kept aside. */
  protected override async _open(): Promise<void> {
    const bytes = await readIfPresent(this.#path)
    if (bytes === null) return
    const kept = parseObject(bytes)
    if (kept === null) {
      this.#logger.error({ path: this.#path }, 'settings cannot be read: the hub runs with its defaults')
      await rename(this.#path, `${this.#path}.damaged`)
      return
    }
    for (const [name, value] of Object.entries(kept)) {
      if (!isSectionName(name)) this.#unknown[name] = value
      else this.#take(name, withDefaults(name, value))
    }
  }

  #take(name: SectionName, value: unknown): void {
    if (Value.Check(SETTINGS[name], value)) this.#sections.set(name, value)
    else this.#logger.error({ section: name }, 'a section of the settings is not accepted: defaults instead')
  }

  protected override async _close(): Promise<void> {
    await this.#writing
  }

  get<Name extends SectionName>(name: Name): Readonly<Section<Name>> {
    // Checked against the schema of this very name before it was set.
    return this.#sections.get(name) as Section<Name>
  }

  /**
   * Changes what `change` names of a section. It is on the card when this resolves.
   * @throws REQUEST_INVALID when the section would not be accepted; nothing is changed then
   */
  async update<Name extends SectionName>(name: Name, change: Partial<Section<Name>>): Promise<void> {
    const updated = this.#writing.then(() => this.#replace(name, change))
    this.#writing = updated.catch(() => {})
    await updated
  }

  async #replace<Name extends SectionName>(name: Name, change: Partial<Section<Name>>): Promise<void> {
    const section = { ...this.get(name), ...change }
    const [error] = Value.Errors(SETTINGS[name], section)
    if (error !== undefined) {
      throw new WaystationError('REQUEST_INVALID', `${name}${error.instancePath}: ${error.message}`)
    }
    const sections = Object.fromEntries(this.#sections)
    await writeDurably(
      this.#path,
      `${JSON.stringify({ ...this.#unknown, ...sections, [name]: section }, null, 2)}\n`
    )
    this.#sections.set(name, section)
    this.emit('changed', name)
  }
}

function defaultsOf(name: SectionName): unknown {
  return withDefaults(name, {})
}

/** A section that an earlier version wrote lacks what came later. */
function withDefaults(name: SectionName, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Value.Default(SETTINGS[name], { ...value })
}

function isSectionName(name: string): name is SectionName {
  return Object.hasOwn(SETTINGS, name)
}

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
