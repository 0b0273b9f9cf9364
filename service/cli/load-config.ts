import { readFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { resolveConfig, settingNotes, type Config, type SettingName } from '../config.ts'
import { WaystationError } from '../errors.ts'

const DEFAULT_CONFIG_FILE = '/etc/waystation/waystation.toml'

/** What commander hands over for the options of {@link addSettingOptions}: names in camel case, values as typed. */
export type SettingFlags = Partial<Record<string, string>>

/** Adds `--config` and one option for each of the named settings. */
export function addSettingOptions(command: Command, names: readonly SettingName[]): Command {
  command.option('--config <FILE>', `configuration file, TOML (default: ${DEFAULT_CONFIG_FILE})`)
  for (const name of names) {
    const { placeholder, description, env, default: byDefault } = settingNotes(name)
    const notes = [env, ...(byDefault === undefined ? [] : [`default: ${byDefault}`])]
    command.addOption(new Option(`--${name} <${placeholder}>`, `${description} (${notes.join(', ')})`))
  }
  return command
}

/**
 * The settings of this run, from all their sources.
 * @throws CONFIG_INVALID when a value is not accepted, or the named file cannot be read; the default file may be absent
 */
export async function loadConfig(
  flags: SettingFlags,
  names: readonly SettingName[],
  env: NodeJS.ProcessEnv
): Promise<Config> {
  const file = await readConfigFile(flags.config)
  const given = Object.fromEntries(names.map((name) => [name, flags[camelCase(name)]]))
  return resolveConfig({ file, env, flags: given })
}

async function readConfigFile(named: string | undefined): Promise<{ path: string; text: string } | null> {
  const path = named ?? DEFAULT_CONFIG_FILE
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (named === undefined && code === 'ENOENT') return null
    throw new WaystationError(
      'CONFIG_INVALID',
      `config: ${JSON.stringify(path)} (from ${named === undefined ? 'default' : '--config'}) cannot be read (${code}): it must be a TOML file`,
      { cause: error }
    )
  }
}

/** As commander names the value of an option. */
function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())
}
