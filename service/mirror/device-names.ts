import type { DeviceId } from '../ids.ts'
import { currentDocument } from './document-queries.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * What devices call themselves. CoMapeo peer protocol: a device writes its name under its device id and, for old versions,
 * under the key of its config core; the first is looked at first.
 */
export async function deviceNames(snapshot: Snapshot): Promise<Map<DeviceId, string>> {
  const names = new Map<DeviceId, string>()
  for (const { owner, namespace, key } of await snapshot.cores()) {
    if (namespace !== 'config') continue
    for (const docId of [owner, key]) {
      const document = await currentDocument(snapshot, 'deviceInfo', docId)
      if (document === null || document.deleted) continue
      names.set(owner, document.name)
      break
    }
  }
  return names
}
