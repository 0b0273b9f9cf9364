import { join } from 'node:path'
import { DeviceIdentity } from '../identity/device-identity.ts'
import { KeyRing } from '../identity/key-ring.ts'
import { ProjectVault } from '../projects/project-vault.ts'
import { adoptFormerLayout } from '../sealing/former-layout.ts'
import { CoreLengths } from '../storage/core-lengths.ts'
import { Recovery } from '../storage/recovery.ts'
import type { Store } from '../storage/store.ts'
import { DiskWatch } from '../system/disk-watch.ts'
import { MachineReports } from '../system/machine-reports.ts'
import { Settings } from '../system/settings.ts'
import { Warnings } from '../system/warnings.ts'
import { WriteLight } from '../system/write-light.ts'
import type { Foundation } from './foundation.ts'

/** The keys of what can be made again, or is lost with the store: the mirrors and the ledger. */
const DERIVED_SECRETS = ['mirrors', 'ledger']

/** What the hub is, and where it keeps what it knows. */
export type Keeping = Awaited<ReturnType<typeof openKeeping>>

/** @param store not open yet: whoever starts the hub also decides what becomes of a store that is damaged */
export async function openKeeping(foundation: Foundation, store: Store) {
  const { config, clock, parts, loggerOf } = foundation
  const directory = config.data
  const keysDirectory = join(directory, 'keys')
  const identity = await parts.open(new DeviceIdentity({ directory, logger: loggerOf('identity') }))
  const keyRing = await parts.open(new KeyRing({ directory: keysDirectory }))
  const vault = new ProjectVault({
    directory: join(keysDirectory, 'ready'),
    key: identity.readySecretFor('projects'),
    secret: (name) => keyRing.secret(name)
  })
  await adoptFormerLayout({ keysDirectory, identity, keyRing, vault })
  await parts.open(store)
  const disk = await parts.open(new DiskWatch({ directory, clock, logger: loggerOf('system') }))
  const warnings = await parts.open(new Warnings({ clock }))
  const machineReports = config.reports === null ? null : new MachineReports({ directory: config.reports })
  if ((await machineReports?.cardState()) === 'repaired') warnings.raise('card-repaired')
  const writeLight = await parts.open(new WriteLight({ store, clock }))
  const lengths = await parts.open(
    new CoreLengths({ path: join(directory, 'core-lengths'), store, clock, logger: loggerOf('storage') })
  )
  await parts.open(new Recovery({ damaged: store.damaged, lengths, notices: warnings }))
  // Written anew under their old keys, other words would be hidden by the same key stream.
  if (store.rebuilt) await keyRing.eraseSecrets(DERIVED_SECRETS)
  const settings = await parts.open(new Settings({ directory, logger: loggerOf('system') }))
  const hubName = () =>
    config.name ?? settings.get('hub').name ?? `Waystation ${identity.deviceId.slice(0, 4).toUpperCase()}`
  const language = () => config.language ?? settings.get('hub').language
  return {
    keysDirectory,
    identity,
    keyRing,
    vault,
    store,
    disk,
    warnings,
    writeLight,
    lengths,
    settings,
    machineReports,
    hubName,
    language
  }
}
