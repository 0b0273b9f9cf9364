import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Config, SettingName } from '../config.ts'
import { OPERATOR_TOKEN_FILE } from '../web/office/operator-token.ts'
import type { CliContext } from './context.ts'
import { HubClient } from './hub-client.ts'
import { addSettingOptions, loadConfig, type SettingFlags } from './load-config.ts'
import { promptHidden } from './prompt-hidden.ts'

/** Settings that tell where the hub on this machine is. */
const LOCATING: readonly SettingName[] = ['data', 'http']

/** Adds the options by which every command but `run` finds the hub and opens its office. */
export function addConnectionOptions(command: Command): Command {
  command
    .option('--url <URL>', 'address of the hub (default: the one on this machine)')
    .option('--passphrase-file <FILE>', 'first line: the office passphrase (or WAYSTATION_PASSPHRASE)')
    .option('--json', 'print JSON instead of a table')
  return addSettingOptions(command, LOCATING)
}

export interface ConnectionFlags extends SettingFlags {
  url?: string
  passphraseFile?: string
}

/** Connects with the rights that are at hand, and asks nobody. Enough for the board. */
export async function connect(flags: ConnectionFlags, context: CliContext): Promise<HubClient> {
  const config = await loadConfig(flags, LOCATING, context.env)
  const client = new HubClient(flags.url ?? ownUrl(config))
  const passphrase = await givenPassphrase(flags, context)
  if (passphrase !== null) {
    await client.login(passphrase)
  } else if (flags.url === undefined) {
    // Only to the hub of this machine: another one has no use for the token but to misuse it.
    client.useToken(await readOperatorToken(config.data))
  }
  return client
}

/** Connects with the office open. Asks for the passphrase when a person is there to type it. */
export async function connectToOffice(flags: ConnectionFlags, context: CliContext): Promise<HubClient> {
  const client = await connect(flags, context)
  if (client.hasCredentials) return client
  await client.login(await askedPassphrase(context))
  return client
}

/** Connects by the passphrase and in no other way: it is what the keys are wrapped with. */
export async function unlockWith(flags: ConnectionFlags, context: CliContext): Promise<HubClient> {
  const config = await loadConfig(flags, LOCATING, context.env)
  const client = new HubClient(flags.url ?? ownUrl(config))
  await client.login((await givenPassphrase(flags, context)) ?? (await askedPassphrase(context)))
  return client
}

/** @throws when nobody is there to type it */
async function askedPassphrase(context: CliContext): Promise<string> {
  if (context.stdin.isTTY !== true) {
    throw new Error(
      'This needs the office passphrase: give --passphrase-file or WAYSTATION_PASSPHRASE, or run it as the user of the hub'
    )
  }
  return promptHidden('Office passphrase: ', context)
}

function ownUrl({ http: { host, port } }: Config): string {
  if (port === 0) throw new Error('The hub serves its page on any free port: name it with --url')
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

async function givenPassphrase(flags: ConnectionFlags, context: CliContext): Promise<string | null> {
  if (flags.passphraseFile !== undefined) {
    const [firstLine = ''] = (await readFile(flags.passphraseFile, 'utf8')).split(/\r?\n/, 1)
    return firstLine
  }
  const fromEnvironment = context.env.WAYSTATION_PASSPHRASE
  return fromEnvironment === undefined || fromEnvironment === '' ? null : fromEnvironment
}

/** @returns null when there is none or this user may not read it: the passphrase is then the way in */
async function readOperatorToken(dataDirectory: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDirectory, 'keys', OPERATOR_TOKEN_FILE), 'utf8')).trim()
  } catch {
    return null
  }
}
